-- A place for the latest changes over a day while they are ranked; gone when the transaction ends.
--
-- Used by:     viewcount_pipeline/rankings.py
create temporary table if not exists newest_day_changes (
    isrc varchar(12) collate "C",
    service_id smallint,
    as_of timestamptz,
    change bigint,
    percentage double precision
) on commit delete rows
