-- A place for one batch on its way into the log; gone when the transaction ends.
--
-- Used by:     viewcount_pipeline/observation_log.py, viewcount_pipeline/imports/observations.py
create temporary table if not exists staged_observations (
    line integer,
    isrc text,
    service_id smallint,
    observed_at timestamptz,
    view_count bigint,
    status text,
    reason text,
    source_id text,
    raw_text text
) on commit delete rows
