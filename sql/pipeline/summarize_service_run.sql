-- What one run did for one service: tracks asked, answered, failed by status of their last attempt, and left for later.
--
-- Grain:       one row.
-- Parameters:  service_id; day, the UTC date; run_id, the run.
-- Used by:     viewcount_pipeline/summary.py
with attempts as (
    select distinct on (isrc) isrc, observed_at, status
    from view_count_observations
    where service_id = %(service_id)s::smallint
        and observed_at >= %(day)s::date::timestamptz
        and observed_at < (%(day)s::date + 1)::timestamptz
        and run_id = %(run_id)s::uuid
    order by isrc, status = 'ok' desc, observed_at desc
)

select
    (
        select count(*)
        from tracks
        where active and case %(service_id)s::smallint when 1 then youtube_video_id else spotify_track_id end is not null
    ) as active,
    count(*) filter (where a.status <> 'deferred') as asked,
    count(*) filter (where a.status = 'ok') as ok,
    coalesce(
        (
            select jsonb_object_agg(status, tracks)
            from (
                select status, count(*) as tracks
                from attempts
                where status not in ('ok', 'deferred')
                group by status
            ) by_status
        ),
        '{}'
    ) as failed,
    count(*) filter (where a.status = 'deferred') as deferred,
    count(*) filter (where v.verdict = 'held') as held,
    coalesce(
        (select d.gate from service_days d where d.service_id = %(service_id)s::smallint and d.day = %(day)s::date),
        'open'
    ) as gate
from attempts a
left join count_verdicts v
    on v.isrc = a.isrc and v.service_id = %(service_id)s::smallint and v.observed_at = a.observed_at
