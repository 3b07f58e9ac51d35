-- What lists of tracks and anomalies are read from, each through an index in the order it is shown in.
--
-- Every percentage changes every day: indexes on them would take every update of track_trends off its page (measured in
-- docs/decisions/0019-lists-are-ranked-when-published.md). Movers are ranked when counts are published instead, and only
-- the first of each list, in a table that is small enough to be written anew.
create table track_rankings (
    service_id smallint not null,
    days smallint not null check (days in (1, 7, 30)),
    direction text not null check (direction in ('up', 'down')),
    sort_key double precision not null,
    isrc varchar(12) collate "C" not null,
    change bigint not null,
    percentage double precision not null,
    constraint track_rankings_pk primary key (service_id, days, direction, sort_key, isrc)
);

comment on column track_rankings.service_id is '0 for the totals over all services';
comment on column track_rankings.sort_key is 'percentage, negative where the fastest come first';

-- Growth since the snapshot before, where that is at most two days older; none over a level that was confirmed later.
create view day_changes as
select
    isrc,
    service_id,
    recorded_date,
    view_count - delta_count as base,
    delta_count::double precision / delta_days as growth,
    round(delta_count::double precision / delta_days)::bigint as change
from historical_view_counts
where delta_days <= 2
    and quality <> 'restated';

comment on view day_changes is 'scaled to one day: growth is exact, change rounded to plays';

-- Ties are told apart by isrc, so that a page ends between two tracks and never inside a tie.
drop index idx_view_counts_count;
create index idx_view_counts_count on view_counts (service_id, view_count desc, isrc desc);
create index idx_track_totals_count on track_totals (view_count desc, isrc desc);
create index idx_anomalies_first_day on anomalies (first_day desc, anomaly_id desc);

-- Few, and counted whenever somebody looks how things are.
create index idx_count_verdicts_held on count_verdicts (service_id) where verdict = 'held';

-- As readers may see them: the number of a reading that is not believed stays inside.
create view told_anomalies as
select
    a.anomaly_id,
    a.isrc,
    a.service_id,
    a.first_day,
    a.kind,
    a.severity,
    case
        when a.severity = 'warning' or exists (
            select
            from historical_view_counts h
            where h.isrc = a.isrc
                and h.service_id = a.service_id
                and h.recorded_date = a.last_day
                and h.view_count = a.observed_count
        ) then a.observed_count
    end as observed_count,
    a.expected_low,
    a.expected_high,
    a.state
from anomalies a;
