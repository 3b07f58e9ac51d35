-- How much the log holds of one day.
--
-- Grain:       one row.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/assets/view_count_observations.py
select count(*) as rows, 0 as rows_changed
from view_count_observations
where observed_at >= %(day)s::date::timestamptz
    and observed_at < (%(day)s::date + 1)::timestamptz
