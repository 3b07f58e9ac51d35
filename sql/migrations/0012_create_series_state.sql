-- What the judge remembers of each series. A cache: every row follows from the log, and is worked out again when it is gone.
--
-- Slots 0 and 1 take turns, so that the newest day can be judged again from the day before it; slots 2 and 3 likewise for
-- older days; slot 4 holds the states from before the first day that the log still holds; a slot above them the states in
-- which a month began (12 * year + month), so that an older day is judged again from at most a month before.
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
    base_source_at timestamptz not null,
    corrected_count bigint,
    corrected_at timestamptz,
    corrected_source_at timestamptz,
    held_count bigint,
    held_at timestamptz,
    held_source_at timestamptz,
    still_days smallint not null,
    still_before smallint not null,
    rates double precision[] not null,
    regime_rates smallint not null,
    pace double precision,
    long_pace double precision,
    residuals double precision[] not null,
    spread double precision not null,
    flag_side smallint not null,
    flag_rates double precision[] not null,
    constraint series_state_pk primary key (service_id, slot, isrc)
) partition by list (service_id);

-- A day reads one slot as a whole and rewrites the other in place: tables of their own, and with half of each page free
-- every new version of a row stays beside the old one.
create table series_state_youtube partition of series_state for values in (1) partition by list (slot);
create table series_state_youtube_0 partition of series_state_youtube for values in (0) with (fillfactor = 50);
create table series_state_youtube_1 partition of series_state_youtube for values in (1) with (fillfactor = 50);
create table series_state_youtube_months partition of series_state_youtube default;
create table series_state_spotify partition of series_state for values in (2) partition by list (slot);
create table series_state_spotify_0 partition of series_state_spotify for values in (0) with (fillfactor = 50);
create table series_state_spotify_1 partition of series_state_spotify for values in (1) with (fillfactor = 50);
create table series_state_spotify_months partition of series_state_spotify default;

comment on column series_state.base_count is 'accepted count, as of its last change';
comment on column series_state.corrected_count is 'the base before it, where the change was a correction';
comment on column series_state.rates is 'plays a day of the last accepted rises, oldest first';
comment on column series_state.regime_rates is 'rates since the short pace last began anew';
comment on column series_state.pace is 'median of the regime''s last rates, null while warming up; long_pace that of all';
comment on column series_state.residuals is 'log of rate to pace, oldest first; spread is the median of their sizes';
comment on column series_state.flag_side is 'of the last rise: 1 spike, -1 drop, 0 neither; flag_rates those of such rises in a row, unclipped';
comment on column series_state.base_source_at is 'when the service had that count: earlier than base_at where it stood still';
comment on column series_state.still_days is 'UTC days the count has stood, the service moving; still_before those of the count before';

-- Days whose log or decisions changed since they were judged: written in the transaction that changes them.
create table unjudged_days (
    service_id smallint not null references services,
    day date not null,
    primary key (service_id, day)
);

-- Judged by simpler rules until now.
insert into unjudged_days select service_id, day from service_days;

-- Verdicts that changed after they were given, a row a series and day. Each step below the verdicts works off what it has
-- not yet taken up, and a row that all have taken up is removed: a run that was killed in between loses nothing.
create table changed_verdicts (
    isrc varchar(12) collate "C" not null,
    service_id smallint not null,
    day date not null,
    is_offered boolean not null default false,
    is_recorded boolean not null default false,
    is_measured boolean not null default false,
    primary key (isrc, service_id, day)
);

comment on column changed_verdicts.is_offered is 'view_counts has taken it up';
comment on column changed_verdicts.is_recorded is 'historical_view_counts has its snapshot';
comment on column changed_verdicts.is_measured is 'historical_view_counts has the growth up to it and from it';

-- Confirmed levels are few, and left out of growth.
create index idx_historical_restated on historical_view_counts (isrc, service_id, recorded_date)
where quality = 'restated';

alter table track_trends
    add column left_out_7 bigint not null default 0,
    add column left_out_30 bigint not null default 0;

comment on column track_trends.left_out_7 is 'plays of levels confirmed meanwhile, which are no growth';
comment on column track_trends.span_7 is 'days the growth took: from the snapshot compared with to the count, without those left out';
