-- How many series have a snapshot of one day.
--
-- Grain:       one row.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/summary.py
select count(*) as snapshots
from historical_view_counts
where recorded_date = %(day)s::date
