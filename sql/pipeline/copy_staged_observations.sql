-- Streams one batch of observations in.
--
-- Used by:     viewcount_pipeline/observation_log.py, viewcount_pipeline/imports/observations.py
copy staged_observations (line, isrc, service_id, observed_at, view_count, status, reason, source_id, raw_text)
from stdin
