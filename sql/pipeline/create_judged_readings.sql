-- A place for the verdicts of one service's day and the states they lead to; gone when the transaction ends.
--
-- Used by:     viewcount_pipeline/service_day_judge.py
create temporary table if not exists judged_readings (
    isrc varchar(12) collate "C",
    observed_at timestamptz,
    turn integer,
    verdict text,
    kind text,
    tier text,
    accepted_count bigint,
    expected_low bigint,
    expected_high bigint,
    was_held boolean,
    pooled_residual double precision,
    resolved_at timestamptz,
    resolved_verdict text,
    resolved_count bigint,
    base_count bigint,
    base_at timestamptz,
    corrected_count bigint,
    corrected_at timestamptz,
    held_count bigint,
    held_at timestamptz,
    rates double precision[],
    regime_rates smallint,
    pace double precision,
    long_pace double precision,
    residuals double precision[],
    spread double precision,
    flag_side smallint,
    flag_rate double precision
) on commit delete rows
