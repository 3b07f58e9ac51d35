-- Waits until nobody else holds the lock of that key; released when the transaction ends.
--
-- Parameters:  key, a constant of the caller.
-- Used by:     viewcount_core/database.py, viewcount_core/migrations.py, viewcount_pipeline/quota.py
select pg_advisory_xact_lock(%(key)s::bigint)
