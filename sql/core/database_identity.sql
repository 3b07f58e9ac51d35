-- What tells this database from every other, under whatever address it is reached; a replica counts as the same.
--
-- Grain:       one row.
-- Used by:     viewcount_core/ownership.py
select system_identifier || '/' || current_database() as identity
from pg_control_system()
