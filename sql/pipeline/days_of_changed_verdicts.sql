-- The days that changed verdicts still have to be recorded for.
--
-- Grain:       one row; null for none.
-- Used by:     viewcount_pipeline/assets/daily_snapshots.py
select min(day) as first_day, max(day) as last_day from changed_verdicts where not is_recorded
