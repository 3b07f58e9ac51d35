-- Whether this transaction is the one that looks for trouble now; another process that does is enough.
--
-- Grain:       one row.
-- Used by:     viewcount_pipeline/alerts/collecting.py
select pg_try_advisory_xact_lock(7306005) as locked
