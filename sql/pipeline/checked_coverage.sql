-- How many tracks of some services were read on the days that are checked, and on 60 days before.
--
-- With the units spent on the quota day that holds now.
--
-- Grain:       one row per (service_id, day), oldest first; today has a row even when nothing was asked.
-- Parameters:  services; first_day and last_day, the UTC dates that are checked; today, whose active tracks are known;
--              quota_day, the Pacific date now.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with attempts as (
    select
        service_id,
        (observed_at at time zone 'UTC')::date as day,
        isrc,
        bool_or(status = 'ok') as was_read,
        bool_or(status = 'ok' and view_count between 0 and 9007199254740992) as was_usable,
        bool_or(status <> 'deferred') as was_asked
    from view_count_observations
    where service_id = any(%(services)s::smallint[])
        and observed_at >= %(first_day)s::date::timestamptz
        and observed_at < (%(last_day)s::date + 1)::timestamptz
    group by 1, 2, 3
),

read as (
    select
        service_id,
        day,
        count(*) as seen,
        count(*) filter (where was_read) as ok,
        count(*) filter (where was_read and not was_usable) as rejected,
        count(*) filter (where not was_asked) as deferred
    from attempts
    group by service_id, day
),

active as (
    select s.service_id, count(t.isrc) as tracks
    from services s
    left join tracks t
        on t.active
        and case s.service_id when 1 then t.youtube_video_id else t.spotify_track_id end is not null
    where s.service_id = any(%(services)s::smallint[])
    group by s.service_id
)

select service_id, day, active, deferred, ok, rejected, null::bigint as spent
from service_days
where service_id = any(%(services)s::smallint[])
    and day > %(first_day)s::date - 60 and day < %(first_day)s::date

union all

select
    a.service_id,
    c.day::date,
    case when c.day::date = %(today)s::date then a.tracks else coalesce(d.active, r.seen, 0) end as active,
    coalesce(r.deferred, 0) as deferred,
    coalesce(r.ok, 0) as ok,
    coalesce(r.rejected, 0) as rejected,
    case
        when c.day::date = %(today)s::date then (
            select coalesce(sum(q.units), 0)
            from quota_usage q
            where q.service_id = a.service_id and q.quota_day = %(quota_day)s::date
        )
    end as spent
from active a
cross join generate_series(%(first_day)s::date, %(last_day)s::date, interval '1 day') c (day)
left join read r on r.service_id = a.service_id and r.day = c.day::date
left join service_days d on d.service_id = a.service_id and d.day = c.day::date
where c.day::date = %(today)s::date or r.day is not null or d.day is not null
order by day, service_id
