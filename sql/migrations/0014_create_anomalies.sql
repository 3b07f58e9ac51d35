-- What went wrong with one series, from the first day it showed to the last.
--
-- Follows from the verdicts, the log and what a person decided.
create table anomalies (
    anomaly_id bigint generated always as identity primary key,
    isrc varchar(12) collate "C" not null,
    service_id smallint not null references services,
    kind text not null,
    severity text not null check (severity in ('warning', 'error')),
    first_day date not null,
    last_day date not null,
    opened_on date not null,
    observed_count bigint,
    expected_low bigint,
    expected_high bigint,
    state text not null check (state in ('open', 'closed')),
    resolution text,
    closed_on date,
    constraint anomalies_key unique (isrc, service_id, kind, first_day),
    constraint days_in_order check (first_day <= opened_on and opened_on <= last_day and last_day <= closed_on),
    constraint closed_has_day check ((state = 'closed') = (closed_on is not null)),
    constraint closed_has_resolution check ((state = 'closed') = (resolution is not null))
);

-- What a day may still change: the anomalies that are open, and those closed on it or later.
create index idx_anomalies_closed on anomalies (closed_on);

comment on column anomalies.severity is 'error where readers see an older count or none, warning where the count is believed';
comment on column anomalies.last_day is 'of the last reading that showed it, or the last day the track was absent';
comment on column anomalies.opened_on is 'the day it was flagged: the first, and the third without the track where it is gone';
comment on column anomalies.observed_count is 'the last reading that was flagged; null where there was none';
comment on column anomalies.resolution is 'how it ended: recovered, restated, rejected, corrected, moved_again, returned, decided';

-- Days judged since their anomalies were worked out.
create table anomaly_backlog (
    service_id smallint not null references services,
    day date not null,
    primary key (service_id, day)
);

-- Days on which a service answered for most: only then does the absence of one track say something about that track.
create view healthy_service_days as
select service_id, day
from service_days
where gate = 'open' and ok > 0 and 2 * ok >= asked;
