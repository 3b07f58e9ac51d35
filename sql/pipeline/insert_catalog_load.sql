-- Records one load of a catalog.
--
-- Parameters:  location without a password; is_adopted, named by hand; is_sample; counts of what changed.
-- Used by:     viewcount_pipeline/track_store.py
insert into catalog_loads (location, is_adopted, is_sample, active, added, changed, removed, rejected)
select
    %(location)s::text, %(is_adopted)s::boolean, %(is_sample)s::boolean, count(*),
    %(added)s::integer, %(changed)s::integer, %(removed)s::integer, %(rejected)s::integer
from tracks
where active
