-- What is known of each service's days, those checked and 60 before, with the day read before each and what days are known.
--
-- Grain:       one row per (service_id, day), oldest first; known_days are open days before it with counts, previous_day the
--              last day before it on which anything was read.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with known as (
    select
        service_id, day, gate, reason, ok, rejected, moving, moved, new_zeros, unit_errors, same_value, held, flagged, stale,
        stale_days, shift, last_observed_at,
        count(*) filter (where gate = 'open' and readings > 0) over before as known_days,
        max(day) filter (where ok > 0) over before as previous_day,
        max(last_observed_at) filter (where ok > 0) over before as previous_observed_at
    from service_days
    where day <= %(last_day)s::date
    window before as (partition by service_id order by day rows between unbounded preceding and 1 preceding)
)

select
    service_id, day, gate, reason, ok, rejected, known_days, moving, moved, new_zeros, unit_errors, same_value, held, flagged,
    stale, stale_days, shift, last_observed_at, previous_day, previous_observed_at
from known
where day > %(first_day)s::date - 60
order by day, service_id
