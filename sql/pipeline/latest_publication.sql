-- The generation readers see now.
--
-- Grain:       one row; generation 0 before the first publication.
-- Used by:     viewcount_pipeline/publishing.py, viewcount_pipeline/summary.py, viewcount_api/reading/store.py
select coalesce(max(generation), 0) as generation, max(published_at) as published_at
from publications
