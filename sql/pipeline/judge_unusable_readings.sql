-- Verdicts that need no look at the series.
--
-- Impossible numbers, and readings of a closed day or of a burst that was made good later the same day.
--
-- Grain:       one row per (isrc, observed_at) that no turn will judge.
-- Parameters:  service_id; day, the UTC date; is_open, whether the day's readings are judged one by one; superseded, the
--              suspicions of readings that a later one of the same day makes good.
-- Used by:     viewcount_pipeline/service_day_judge.py
with superseded as (
    delete from day_readings
    where not %(is_open)s::boolean or (not is_last and suspicion = any(%(superseded)s::text[]))
    returning isrc, observed_at, is_last, suspicion
)

insert into judged_readings (isrc, observed_at, turn, verdict, kind, was_held)
select
    isrc,
    observed_at,
    0,
    'ignored',
    case when %(is_open)s::boolean then 'superseded' else coalesce(suspicion, 'gate_closed') end,
    false
from superseded
union all
select
    isrc,
    observed_at,
    0,
    'rejected',
    case when view_count < 0 then 'negative' else 'too_large' end,
    false
from view_count_observations
where service_id = %(service_id)s::smallint
    and observed_at >= %(day)s::date::timestamptz
    and observed_at < (%(day)s::date + 1)::timestamptz
    and status = 'ok'
    and view_count not between 0 and 9007199254740992
