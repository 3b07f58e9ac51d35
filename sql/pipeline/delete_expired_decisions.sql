-- Removes what a person decided about readings and days of one service before a day: nobody can rebuild those any more.
--
-- Grain:       one row: how many.
-- Parameters:  service_id; first_kept, the first day that stays.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/retention.py
with removed_verdicts as (
    delete from verdict_decisions
    where service_id = %(service_id)s::smallint
        and observed_at < %(first_kept)s::date::timestamptz
    returning 1
),

removed_gates as (
    delete from gate_decisions
    where service_id = %(service_id)s::smallint
        and day < %(first_kept)s::date
    returning 1
)

select (select count(*) from removed_verdicts) + (select count(*) from removed_gates) as rows_removed
