-- Records an applied migration.
--
-- Parameters:  version, name and checksum of the file.
-- Used by:     viewcount_core/migrations.py
insert into schema_migrations (version, name, checksum)
values (%(version)s::integer, %(name)s::text, %(checksum)s::text)
