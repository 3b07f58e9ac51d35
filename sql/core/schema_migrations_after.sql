-- Migrations of a release newer than this code.
--
-- Grain:       one row a migration, oldest first.
-- Parameters:  version, the newest number this code knows.
-- Used by:     viewcount_core/migrations.py
select version, name
from schema_migrations
where version > %(version)s::integer
order by version
