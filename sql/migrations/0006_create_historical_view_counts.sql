-- One snapshot a series and day, with its growth since the snapshot before.
--
-- PostgreSQL wants the partition columns in every unique constraint, so the daily record is the primary key and id
-- a plain sequence. Of the indexes named in the specification, idx_historical_isrc is the head of the primary key and
-- idx_historical_service_date is what the partitions by service and month do: neither would be used by a query.
-- Most rows are written once, with their growth; the month tables keep room for growth that is measured anew.
create table historical_view_counts (
    id bigserial not null,
    isrc varchar(12) collate "C" not null,
    service_id integer not null,
    view_count bigint not null,
    delta_count bigint,
    delta_days smallint,
    recorded_date date not null default current_date,
    observed_at timestamptz not null,
    quality text not null default 'ok' check (quality in ('ok', 'flagged', 'restated')),
    created_at timestamptz not null default now(),
    constraint unique_daily_record primary key (isrc, service_id, recorded_date),
    constraint delta_has_span check ((delta_count is null) = (delta_days is null))
) partition by list (service_id);

create index idx_historical_recorded_date on historical_view_counts using brin (recorded_date) with (pages_per_range = 16);
