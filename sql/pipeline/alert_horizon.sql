-- From when on ends of runs may not have been looked at yet.
--
-- Clocks of machines differ and events become visible out of order, so a whole day is looked at again each time; what was
-- seen is known by name. The first time, it is the day before.
--
-- Grain:       one row.
-- Parameters:  now, the present instant.
-- Used by:     viewcount_pipeline/alerts/collecting.py
select
    least(coalesce(max(ended_at), %(now)s::timestamptz), %(now)s::timestamptz) - interval '1 day' as since
from alert_seen_runs
