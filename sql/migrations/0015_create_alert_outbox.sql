-- Who has to hear of what: findings, the incidents they belong to, messages, and their delivery through each channel.
create type alert_severity as enum ('info', 'warning', 'error');

-- Ends of runs that were looked at, a run's failed checks included. What is not here yet has still to be looked at: it
-- is written in the transaction that writes what was found.
create table alert_seen_runs (
    run_id uuid not null,
    ended_at timestamptz not null,
    primary key (run_id, ended_at)
);

create index idx_alert_seen_runs_ended on alert_seen_runs (ended_at);

-- Trouble from when it shows until it is over; at most one of a kind and subject is open.
create table alert_incidents (
    incident_id bigint generated always as identity primary key,
    kind text not null check (kind in ('failed_run', 'failed_check', 'missed_schedule', 'stale_data', 'quota', 'dead_channel')),
    subject text not null,
    severity alert_severity not null,
    what text not null,
    tracks integer,
    partition_key text not null default '',
    run_id uuid,
    since timestamptz not null,
    last_seen_at timestamptz not null,
    opened_at timestamptz not null,
    closed_at timestamptz
);

create unique index idx_alert_incidents_open on alert_incidents (kind, subject) where closed_at is null;

comment on column alert_incidents.subject is 'job, asset and check, service or channel';
comment on column alert_incidents.partition_key is 'latest partition it showed on; empty where there is none';
comment on column alert_incidents.since is 'when the trouble began; opened_at is when it was noticed';

create table alert_messages (
    message_id uuid primary key default gen_random_uuid(),
    position bigint generated always as identity,
    kind text not null check (kind in ('opened', 'closed', 'digest')),
    severity alert_severity not null,
    title text not null,
    body text not null,
    run_id uuid,
    digest_day date unique,
    not_through text,
    created_at timestamptz not null
);

comment on column alert_messages.message_id is 'stays the same however often it is delivered, and stands in the message';
comment on column alert_messages.not_through is 'the channel it is about, which cannot carry it';

create table alert_message_incidents (
    message_id uuid not null references alert_messages on delete cascade,
    incident_id bigint not null references alert_incidents on delete cascade,
    primary key (incident_id, message_id)
);

-- One row a finding; it was told of in its message, or belongs to an incident that was told of before.
create table alert_findings (
    finding_id bigint generated always as identity primary key,
    kind text not null,
    subject text not null,
    partition_key text not null default '',
    run_id uuid,
    severity alert_severity not null,
    what text not null,
    found_at timestamptz not null,
    cleared_at timestamptz,
    incident_id bigint references alert_incidents on delete set null,
    message_id uuid references alert_messages on delete set null,
    constraint alert_findings_key unique nulls not distinct (kind, subject, partition_key, run_id)
);

create index idx_alert_findings_run on alert_findings (run_id);
create index idx_alert_findings_known on alert_findings (subject, partition_key) where cleared_at is null;

comment on column alert_findings.found_at is 'when the run ended or the condition was seen';
comment on column alert_findings.cleared_at is 'when the same check passed for the same partition';

-- A channel is told of what comes after it was first seen, and of what is open then.
create table alert_channels (
    channel text primary key,
    since timestamptz not null
);

create table alert_deliveries (
    channel text not null references alert_channels,
    message_id uuid not null references alert_messages on delete cascade,
    attempts integer not null default 0,
    first_attempt_at timestamptz,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz not null,
    delivered_at timestamptz,
    last_error text,
    primary key (channel, message_id)
);

create index idx_alert_deliveries_due on alert_deliveries (channel, next_attempt_at) where delivered_at is null;

comment on column alert_deliveries.attempts is 'counted before each attempt, so that one whose process was killed counts too';
