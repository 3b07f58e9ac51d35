-- A person's word, which every rebuild obeys. Rows are added only; the newest for a day or reading is the one that counts.
create table gate_decisions (
    decision_id bigint generated always as identity primary key,
    service_id smallint not null references services,
    day date not null,
    gate text not null check (gate in ('open', 'closed')),
    why text not null check (why <> ''),
    decided_at timestamptz not null default now()
);

create index idx_gate_decisions_day on gate_decisions (service_id, day, decision_id);

create table verdict_decisions (
    decision_id bigint generated always as identity primary key,
    isrc varchar(12) collate "C" not null references tracks,
    service_id smallint not null references services,
    observed_at timestamptz not null,
    is_confirmed boolean not null,
    why text not null check (why <> ''),
    decided_at timestamptz not null default now()
);

create index idx_verdict_decisions_reading on verdict_decisions (isrc, service_id, observed_at, decision_id);
