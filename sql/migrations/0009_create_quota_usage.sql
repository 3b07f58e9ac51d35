-- Units spent, by the day the service counts them on (midnight Pacific) and the UTC day they were spent for.
create table quota_usage (
    service_id smallint not null references services,
    quota_day date not null,
    day date not null,
    units integer not null check (units >= 0),
    primary key (service_id, quota_day, day)
);
