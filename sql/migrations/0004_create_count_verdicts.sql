-- What is believed: a gate for each service and day, and a verdict for each count read.
create table service_days (
    service_id smallint not null references services,
    day date not null,
    gate text not null check (gate in ('open', 'closed')),
    reason text,
    active integer not null,
    asked integer not null,
    ok integer not null,
    failed jsonb not null,
    deferred integer not null,
    units integer not null,
    first_observed_at timestamptz,
    last_observed_at timestamptz,
    stale boolean,
    shift double precision,
    primary key (service_id, day)
);

comment on column service_days.active is 'tracks that could have been asked for on that day';
comment on column service_days.failed is 'tracks without a count, by the status of their last attempt';
comment on column service_days.shift is 'common shift of the log rate of all moving series';

-- Verdicts are written and read by the day, so the key begins with time: a day's rows fill the end of the index, where
-- (isrc, ...) would touch every page of a month's (measured: 43 instead of 116 MB of write-ahead log and a third of the
-- time for 100,000 rows). A single series is found through the log, whose key begins with the isrc.
create table count_verdicts (
    isrc varchar(12) collate "C" not null,
    service_id smallint not null,
    observed_at timestamptz not null,
    verdict text not null check (verdict in ('accepted', 'held', 'rejected', 'ignored')),
    kind text,
    tier text,
    accepted_count bigint,
    expected_low bigint,
    expected_high bigint,
    constraint count_verdicts_pk primary key (observed_at, isrc, service_id),
    constraint accepted_has_count check ((accepted_count is not null) = (verdict = 'accepted'))
) partition by list (service_id);
