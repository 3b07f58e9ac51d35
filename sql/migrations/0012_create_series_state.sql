-- What the judge remembers of each series. A cache: every row follows from the log, and is worked out again when it is gone.
--
-- Slots 0 and 1 take turns, so that the newest day can be judged again from the day before it; a slot above them holds
-- the state in which a month began (12 * year + month), so that an older day is judged again from at most a month before.
-- Rows are rewritten in place: with half of each page free, every new version stays beside the old one.
create table series_state_slots (
    service_id smallint not null references services,
    slot smallint not null,
    day date not null,
    state_digest numeric not null,
    primary key (service_id, slot)
);

comment on table series_state_slots is 'the day whose end each slot shows; void where service_days has another digest';

create table series_state (
    service_id smallint not null,
    slot smallint not null,
    isrc varchar(12) collate "C" not null,
    base_count bigint not null,
    base_at timestamptz not null,
    corrected_count bigint,
    corrected_at timestamptz,
    held_count bigint,
    held_at timestamptz,
    rates double precision[] not null,
    regime_rates smallint not null,
    pace double precision,
    long_pace double precision,
    residuals double precision[] not null,
    spread double precision not null,
    flag_side smallint not null,
    flag_rate double precision,
    constraint series_state_pk primary key (service_id, slot, isrc)
) with (fillfactor = 50);

comment on column series_state.base_count is 'accepted count, as of its last change';
comment on column series_state.corrected_count is 'the base before it, where the change was a correction';
comment on column series_state.rates is 'plays a day of the last accepted rises, oldest first';
comment on column series_state.regime_rates is 'rates since the short pace last began anew';
comment on column series_state.pace is 'median of the regime''s last rates, null while warming up; long_pace that of all';
comment on column series_state.residuals is 'log of rate to pace, oldest first; spread is the median of their sizes';
comment on column series_state.flag_side is 'of the last rise: 1 spike, -1 drop, 0 neither; flag_rate its rate, unclipped';

-- Days whose log or decisions changed since they were judged: written in the transaction that changes them.
create table unjudged_days (
    service_id smallint not null references services,
    day date not null,
    primary key (service_id, day)
);

-- Judged by simpler rules until now.
insert into unjudged_days select service_id, day from service_days;

-- Verdicts that changed after their day was recorded: snapshots to write again, then growth to measure again.
create table changed_verdicts (
    isrc varchar(12) collate "C" not null,
    service_id smallint not null,
    day date not null,
    is_recorded boolean not null default false,
    primary key (isrc, service_id, day)
);
