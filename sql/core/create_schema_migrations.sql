-- The record of migrations, which has to exist before the first of them.
--
-- Re-running:  changes nothing.
-- Used by:     viewcount_core/migrations.py
create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)
