-- One service's day of the log summed up: who was asked, and what came back.
--
-- Grain:       one row per (service_id, day), where the service has something in the log of that day.
-- Parameters:  service_id; day, the UTC date; today, the UTC date now (only today's active tracks are known).
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/judging.py
with attempts as (
    select
        service_id,
        isrc,
        bool_or(status = 'ok') as was_read,
        bool_or(status <> 'deferred') as was_asked,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at
    from view_count_observations
    where service_id = %(service_id)s::smallint
        and observed_at >= %(day)s::date::timestamptz
        and observed_at < (%(day)s::date + 1)::timestamptz
    group by service_id, isrc
),

-- Apart from the attempts: the last failure wants an order, and most tracks have none.
last_failures as (
    select distinct on (o.service_id, o.isrc) o.service_id, o.status
    from view_count_observations o
    join attempts a on a.service_id = o.service_id and a.isrc = o.isrc and not a.was_read
    where o.service_id = %(service_id)s::smallint
        and o.observed_at >= %(day)s::date::timestamptz
        and o.observed_at < (%(day)s::date + 1)::timestamptz
        and o.status not in ('ok', 'deferred')
    order by o.service_id, o.isrc, o.observed_at desc
),

failures as (
    select service_id, jsonb_object_agg(status, tracks) as failed
    from (
        select service_id, status, count(*) as tracks
        from last_failures
        group by service_id, status
    ) by_status
    group by service_id
),

days as (
    select
        service_id,
        count(*) as seen,
        count(*) filter (where was_asked) as asked,
        count(*) filter (where was_read) as ok,
        count(*) filter (where not was_asked) as deferred,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at
    from attempts
    group by service_id
),

possible as (
    select
        count(*) filter (where youtube_video_id is not null) as youtube,
        count(*) filter (where spotify_track_id is not null) as spotify
    from tracks
    where active
),

spent as (
    select service_id, sum(units) as units
    from quota_usage
    where day = %(day)s::date
    group by service_id
),

changed as (
    insert into service_days as kept (
        service_id, day, gate, active, asked, ok, failed, deferred, units, first_observed_at, last_observed_at
    )
    select
        d.service_id,
        %(day)s::date,
        'open',
        case
            when %(day)s::date < %(today)s::date then coalesce(earlier.active, d.seen)
            when d.service_id = 1 then possible.youtube
            else possible.spotify
        end,
        d.asked,
        d.ok,
        coalesce(f.failed, '{}'),
        d.deferred,
        coalesce(s.units, 0),
        d.first_observed_at,
        d.last_observed_at
    from days d
    cross join possible
    left join failures f on f.service_id = d.service_id
    left join spent s on s.service_id = d.service_id
    left join service_days earlier on earlier.service_id = d.service_id and earlier.day = %(day)s::date
    on conflict (service_id, day) do update set
        active = excluded.active,
        asked = excluded.asked,
        ok = excluded.ok,
        failed = excluded.failed,
        deferred = excluded.deferred,
        units = excluded.units,
        first_observed_at = excluded.first_observed_at,
        last_observed_at = excluded.last_observed_at
    where (kept.active, kept.asked, kept.ok, kept.failed, kept.deferred, kept.units,
           kept.first_observed_at, kept.last_observed_at)
        is distinct from
          (excluded.active, excluded.asked, excluded.ok, excluded.failed, excluded.deferred, excluded.units,
           excluded.first_observed_at, excluded.last_observed_at)
    returning 1
)

select (select count(*) from days) as rows, (select count(*) from changed) as rows_changed
