-- Makes an empty database; `:name` is replaced by one of our own constants, never by input.
--
-- Used by:     viewcount_core/servers.py
create database :name
