-- Removes what the judge remembers of days before those that stay, but for the states that the first of them is judged from.
--
-- Grain:       one row: slots removed.
-- Parameters:  service_id; first_kept, the first day that stays; kept_slot, which shows the end of the day before it.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/retention.py
with expired as (
    delete from series_state_slots
    where service_id = %(service_id)s::smallint and day < %(first_kept)s::date and slot <> %(kept_slot)s::smallint
    returning slot
),

emptied as (
    delete from series_state s
    using expired e
    where s.service_id = %(service_id)s::smallint and s.slot = e.slot
),

unjudged as (
    delete from unjudged_days
    where service_id = %(service_id)s::smallint and day < %(first_kept)s::date
)

select count(*) as rows_removed from expired
