-- The record of one applied migration.
--
-- Grain:       one row, or none when it is not applied.
-- Parameters:  version, the number of the file.
-- Used by:     viewcount_core/migrations.py
select name, checksum
from schema_migrations
where version = %(version)s::integer
