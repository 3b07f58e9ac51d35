-- Lets this transaction look rows up one by one again, until it ends or plans for many rows anew.
--
-- Used by:     viewcount_core/database.py, viewcount_pipeline/checks/check.py
select set_config('enable_nestloop', 'on', true)
