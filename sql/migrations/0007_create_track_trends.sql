-- What readers ask for most: growth over 7 and 30 days, per service and in total, as of the newest count.
--
-- Every row is rewritten every day: half a page of room keeps the new version beside the old one and off the index.
create table track_trends (
    isrc varchar(12) collate "C" not null,
    service_id smallint not null,
    as_of timestamptz not null,
    view_count bigint not null,
    base_7 bigint,
    change_7 bigint,
    percentage_7 double precision,
    span_7 double precision,
    base_30 bigint,
    change_30 bigint,
    percentage_30 double precision,
    span_30 double precision,
    constraint track_trends_pk primary key (isrc, service_id)
) with (fillfactor = 50);

comment on column track_trends.change_7 is 'growth scaled to 7 days: (count - base) * 7 / span_7';
comment on column track_trends.span_7 is 'days between the count and the snapshot it is compared with';

create table track_totals (
    isrc varchar(12) collate "C" primary key,
    as_of timestamptz not null,
    view_count bigint not null,
    services smallint not null,
    change_7 bigint,
    percentage_7 double precision,
    change_30 bigint,
    percentage_30 double precision
) with (fillfactor = 50);

comment on table track_totals is 'sum over the services that have a value; a change only over those that have a base';
