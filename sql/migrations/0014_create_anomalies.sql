-- What went wrong with one series, from the first day it showed to the last. Follows from the verdicts and the log.
create table anomalies (
    anomaly_id bigint generated always as identity primary key,
    isrc varchar(12) collate "C" not null,
    service_id smallint not null references services,
    kind text not null,
    severity text not null check (severity in ('warning', 'error')),
    first_day date not null,
    last_day date not null,
    observed_count bigint,
    expected_low bigint,
    expected_high bigint,
    state text not null check (state in ('open', 'closed')),
    resolution text,
    closed_on date,
    constraint anomalies_key unique (isrc, service_id, kind, first_day),
    constraint days_in_order check (first_day <= last_day),
    constraint closed_has_day check ((state = 'closed') = (closed_on is not null))
);

create index idx_anomalies_open on anomalies (service_id, kind) where state = 'open';

comment on column anomalies.observed_count is 'the reading of the last day; null where there was none';
comment on column anomalies.resolution is 'how it ended: recovered, restated, rejected, corrected, moved_again, returned, decided';
