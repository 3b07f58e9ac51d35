-- Writes down what a person decided about a service's day, unless that was the last word about it already.
--
-- Grain:       one row per decision.
-- Parameters:  service_id; day, the UTC date; gate, open or closed; why.
-- Re-running:  writes nothing.
-- Used by:     viewcount_pipeline/decisions.py
insert into gate_decisions (service_id, day, gate, why)
select %(service_id)s::smallint, %(day)s::date, %(gate)s::text, %(why)s::text
where (%(gate)s::text, %(why)s::text) is distinct from (
    select (d.gate, d.why)
    from gate_decisions d
    where d.service_id = %(service_id)s::smallint and d.day = %(day)s::date
    order by d.decision_id desc
    limit 1
)
