-- Units spent on the quota day that holds now, and the videos that still lack a count today.
--
-- Grain:       one row when today is checked, else none: a past day's quota is over.
-- Parameters:  first_day and last_day, the UTC dates that are checked; today; quota_day, the Pacific date now.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with videos as (
    select
        t.youtube_video_id,
        bool_or(o.isrc is not null) as is_read
    from tracks t
    left join view_count_observations o
        on o.isrc = t.isrc
        and o.service_id = 1
        and o.status = 'ok'
        and o.observed_at >= %(today)s::date::timestamptz
        and o.observed_at < (%(today)s::date + 1)::timestamptz
    where t.active and t.youtube_video_id is not null
    group by t.youtube_video_id
)

select
    1 as service_id,
    %(today)s::date as day,
    (
        select coalesce(sum(q.units), 0)::integer
        from quota_usage q
        where q.service_id = 1 and q.quota_day = %(quota_day)s::date
    ) as spent,
    (select count(*) from videos) as active,
    (select count(*) from videos where not is_read) as lacking
where %(today)s::date between %(first_day)s::date and %(last_day)s::date
