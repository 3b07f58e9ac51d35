-- Writes down what a person decided about a held reading, unless that was the last word about it already.
--
-- Grain:       one row per decision.
-- Parameters:  isrc; service_id; observed_at, of the reading; is_confirmed, believed or not; why.
-- Re-running:  writes nothing.
-- Used by:     viewcount_pipeline/decisions.py
insert into verdict_decisions (isrc, service_id, observed_at, is_confirmed, why)
select
    %(isrc)s::text, %(service_id)s::smallint, %(observed_at)s::timestamptz, %(is_confirmed)s::boolean, %(why)s::text
where (%(is_confirmed)s::boolean, %(why)s::text) is distinct from (
    select (d.is_confirmed, d.why)
    from verdict_decisions d
    where d.isrc = %(isrc)s::text
        and d.service_id = %(service_id)s::smallint
        and d.observed_at = %(observed_at)s::timestamptz
    order by d.decision_id desc
    limit 1
)
