-- Makes room for the next batch of the same transaction.
--
-- Used by:     viewcount_pipeline/imports/observations.py
truncate staged_observations
