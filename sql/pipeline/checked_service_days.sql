-- What is known of each service's days, those checked and 60 before, with the end of the recorded day before each.
--
-- Grain:       one row per (service_id, day), oldest first.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with known as (
    select
        service_id, day, gate, reason, ok, moving, moved, new_zeros, unit_errors, same_value, held, flagged, stale,
        stale_days, shift, last_observed_at,
        lag(day) over in_time as previous_day,
        lag(last_observed_at) over in_time as previous_observed_at
    from service_days
    where day <= %(last_day)s::date
    window in_time as (partition by service_id order by day)
)

select
    service_id, day, gate, reason, ok, moving, moved, new_zeros, unit_errors, same_value, held, flagged, stale,
    stale_days, shift, last_observed_at, previous_day, previous_observed_at
from known
where day > %(first_day)s::date - 60
order by day, service_id
