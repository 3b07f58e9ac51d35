-- Whether this database was ever migrated.
--
-- Grain:       one row.
-- Used by:     viewcount_core/migrations.py
select to_regclass('schema_migrations') is not null as present
