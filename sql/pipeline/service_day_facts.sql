-- What a service's day says as a whole, before any of its readings is judged.
--
-- Grain:       one row; counts of series, but for `readings`; shift in ln, null where too few residuals tell. Names that begin with
--              ever_ look at all readings, the others at the last of each series.
-- Parameters:  moving_pace, plays a day; pool_residuals, that tell of a shift.
-- Used by:     viewcount_pipeline/service_day_judge.py
select
    count(*) as readings,
    count(*) filter (where is_last) as series,
    coalesce(max(turn), 0) as turns,
    count(*) filter (where is_last and pace >= %(moving_pace)s::float8) as moving,
    count(distinct isrc) filter (where pace >= %(moving_pace)s::float8 and is_new) as moved,
    count(*) filter (where is_last and suspicion = 'zero_burst') as new_zeros,
    count(*) filter (where is_last and suspicion = 'scale_burst') as unit_errors,
    coalesce(max(crowd) filter (where is_last), 0) as same_value,
    count(distinct isrc) filter (where suspicion = 'zero_burst') as ever_new_zeros,
    count(distinct isrc) filter (where suspicion = 'scale_burst') as ever_unit_errors,
    case
        when count(residual) >= %(pool_residuals)s::integer then percentile_cont(0.5) within group (order by residual)
    end as shift
from day_readings
