-- Whether some process still carries out a run.
--
-- Grain:       one row.
-- Parameters:  run_id, the run's id.
-- Used by:     viewcount_pipeline/living_runs.py
select not pg_try_advisory_xact_lock(hashtextextended(%(run_id)s::text, 7306004)) as held
