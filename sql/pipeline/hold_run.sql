-- Shows that the process of a run lives, until its connection ends.
--
-- Parameters:  run_id, the run's id.
-- Used by:     viewcount_pipeline/living_runs.py
select pg_advisory_lock_shared(hashtextextended(%(run_id)s::text, 7306004))
