-- Streams the rows of a catalog that could not be used in.
--
-- Used by:     viewcount_pipeline/track_store.py
copy rejected_tracks (loaded_on, line, reason, raw)
from stdin
