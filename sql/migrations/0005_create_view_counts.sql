-- The newest accepted count of each series, and when the service was asked for it.
--
-- idx_view_counts_service is the leading column of idx_view_counts_count: a second index on service_id alone
-- would only slow the daily upsert. Pages keep room so that most upserts stay on their page.
create table view_counts (
    isrc varchar(12) collate "C" not null,
    service_id integer not null references services,
    view_count bigint not null,
    last_updated timestamptz not null,
    created_at timestamptz not null default now(),
    constraint view_counts_pk primary key (isrc, service_id),
    constraint isrc_format check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$')
) with (fillfactor = 70);

create index idx_view_counts_count on view_counts (service_id, view_count desc);
create index idx_view_counts_updated on view_counts using brin (last_updated);
