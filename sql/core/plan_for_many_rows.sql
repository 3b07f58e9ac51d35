-- Makes this transaction plan for whole days, until it ends.
--
-- A day just stored is unknown to the statistics: the planner takes it for one row and would look its 200,000 up one
-- by one. Lateral look-ups are still planned where a statement asks for them. Few such transactions run at a time,
-- so their memory is no more than a few times the 64 MB that a day of 100,000 tracks needs to be hashed.
--
-- Used by:     viewcount_core/database.py, viewcount_pipeline/checks/check.py, viewcount_pipeline/judging.py
select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)
