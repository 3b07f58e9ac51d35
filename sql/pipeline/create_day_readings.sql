-- A place for the readings of one service's day on their way to a verdict; gone when the transaction ends.
--
-- Used by:     viewcount_pipeline/service_day_judge.py
create temporary table if not exists day_readings (
    isrc varchar(12) collate "C",
    observed_at timestamptz,
    view_count bigint,
    turn integer,
    is_last boolean,
    base_count bigint,
    pace double precision,
    residual double precision,
    is_new boolean,
    crowd integer,
    suspicion text
) on commit delete rows
