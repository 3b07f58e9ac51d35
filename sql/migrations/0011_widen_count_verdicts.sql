-- Verdicts that change their mind: a held reading ends as restated (believed after all) or rejected by a later day's reading.
--
-- The checks were copied into every partition, so each of them gives its own up.
do $$
declare
    part regclass;
begin
    for part in select relid from pg_partition_tree('count_verdicts') order by level loop
        execute format('alter table %s drop constraint if exists count_verdicts_verdict_check', part);
        execute format('alter table %s drop constraint if exists accepted_has_count', part);
    end loop;
end $$;

alter table count_verdicts
    add column resolved_at timestamptz,
    add constraint known_verdict check (verdict in ('accepted', 'held', 'restated', 'rejected', 'ignored')),
    add constraint believed_has_count check ((accepted_count is not null) = (verdict in ('accepted', 'restated')));

comment on column count_verdicts.kind is 'why: one of the kinds of docs/data-quality.md, or nothing unusual';
comment on column count_verdicts.tier is 'strict for an anomaly, sensitive for a mover';
comment on column count_verdicts.expected_low is 'counts from here to expected_high would not have been flagged';
comment on column count_verdicts.resolved_at is 'the later reading that decided a held one';

-- Anomalies are few, and looked up by series.
create index idx_count_verdicts_strict on count_verdicts (isrc, service_id, observed_at) where tier = 'strict';
create index idx_count_verdicts_resolved on count_verdicts (resolved_at) where resolved_at is not null;

-- What a day's verdicts rest on, and what the checks judge.
alter table service_days
    add column readings integer not null default 0,
    add column moving integer not null default 0,
    add column moved integer not null default 0,
    add column new_zeros integer not null default 0,
    add column unit_errors integer not null default 0,
    add column same_value integer not null default 0,
    add column held integer not null default 0,
    add column flagged integer not null default 0,
    add column stale_days smallint not null default 0,
    add column scale double precision,
    add column opening_digest numeric,
    add column state_digest numeric;

comment on column service_days.readings is 'counts read, several a track when it was asked again';
comment on column service_days.moving is 'series that usually gain at least 3 plays a day';
comment on column service_days.moved is 'of those, series that showed a count not seen before';
comment on column service_days.new_zeros is 'series whose last count of the day is 0 and was at least 5';
comment on column service_days.unit_errors is 'series whose last count of the day is a power of ten times the one before';
comment on column service_days.same_value is 'most source ids that showed one and the same count of at least 1,000';
comment on column service_days.held is 'series with a reading of this day that was held, whatever became of it';
comment on column service_days.flagged is 'series with a reading of this day that was flagged as an anomaly';
comment on column service_days.stale_days is 'days in a row, this one included, on which the service stood still';
comment on column service_days.scale is 'pooled scale of log residuals after this day';
comment on column service_days.state_digest is 'fingerprint of series_state after this day; a day whose opening_digest is not that of the day before is judged again';
