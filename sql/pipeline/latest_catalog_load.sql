-- Where the catalog of this database came from last.
--
-- Grain:       one row, or none before the first load.
-- Used by:     viewcount_pipeline/track_store.py
select location, is_adopted, is_sample, active
from catalog_loads
order by load_id desc
limit 1
