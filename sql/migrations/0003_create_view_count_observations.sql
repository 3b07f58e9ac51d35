-- The log: every answer and every failure to get one, never changed, removed by retention only.
--
-- Partitioned by service, then by month, because retention differs per service and whole months are dropped.
-- The primary key finds a series; the BRIN finds a day, as rows arrive in order of time.
create table view_count_observations (
    isrc varchar(12) collate "C" not null,
    service_id smallint not null,
    observed_at timestamptz not null,
    view_count bigint,
    status text not null,
    reason text,
    source_id text,
    raw_text text,
    origin text not null check (origin in ('run', 'import')),
    run_id uuid,
    constraint view_count_observations_pk primary key (isrc, service_id, observed_at),
    constraint count_exactly_when_ok check ((view_count is not null) = (status = 'ok'))
) partition by list (service_id);

create index idx_observations_observed_at on view_count_observations using brin (observed_at) with (pages_per_range = 16);

-- Makes the month partitions of a parent that `first_day` to `last_day` need; returns how many were missing.
-- Tables are made apart and attached: `create table ... partition of` would lock readers of the parent out.
create function ensure_month_partitions(parent text, for_service smallint, first_day date, last_day date)
returns integer language plpgsql as $$
declare
    service_key text := (select s.service_key from services s where s.service_id = for_service);
    service_table text := parent || '_' || service_key;
    month_start date := date_trunc('month', first_day)::date;
    month_table text;
    made integer := 0;
begin
    if service_key is null then
        raise exception 'service % is not known', for_service;
    end if;
    while month_start <= last_day loop
        month_table := service_table || to_char(month_start, '_YYYY_MM');
        if to_regclass(month_table) is null then
            perform pg_advisory_xact_lock(7306002);
            if to_regclass(service_table) is null then
                execute format('create table %I (like %I including defaults including constraints)
                                partition by range (%I)', service_table, parent, month_column(parent));
                execute format('alter table %I attach partition %I for values in (%s)', parent, service_table, for_service);
            end if;
            if to_regclass(month_table) is null then
                execute format('create table %I (like %I including defaults including constraints)
                                with (fillfactor = %s)', month_table, parent, month_fillfactor(parent));
                execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                               service_table, month_table,
                               to_char(month_start, 'YYYY-MM-DD') || month_zone(parent),
                               to_char(month_start + interval '1 month', 'YYYY-MM-DD') || month_zone(parent));
                made := made + 1;
            end if;
        end if;
        month_start := (month_start + interval '1 month')::date;
    end loop;
    return made;
end $$;

create function month_column(parent text) returns text language sql immutable as
$$ select case parent when 'historical_view_counts' then 'recorded_date' else 'observed_at' end $$;

create function month_zone(parent text) returns text language sql immutable as
$$ select case parent when 'historical_view_counts' then '' else ' 00:00+00' end $$;

-- Growth may be measured anew for whole days: with half of each page free, every new version stays beside the old one.
-- Growth of a year then costs 1.7 times the insert of its rows; with a tenth free, 5 times, as the index and the BRIN
-- have to follow (3 months of 10,000 tracks x 2).
create function month_fillfactor(parent text) returns integer language sql immutable as
$$ select case parent when 'historical_view_counts' then 50 else 100 end $$;
