-- Counts of at least 1,000 that several pages of one service showed on one day.
--
-- Grain:       one row a count, those on most pages first.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with shown as (
    select
        o.view_count as count,
        coalesce(
            o.source_id,
            case %(service_id)s::smallint when 1 then t.youtube_video_id when 2 then t.spotify_track_id end,
            o.isrc
        ) as page,
        coalesce(t.title, o.isrc) as track
    from view_count_observations o
    left join tracks t on t.isrc = o.isrc
    where o.service_id = %(service_id)s::smallint
        and o.observed_at >= %(day)s::date::timestamptz
        and o.observed_at < (%(day)s::date + 1)::timestamptz
        and o.view_count >= 1000
)

select count, count(distinct page) as pages, min(track) as one_track, max(track) as another
from shown
group by count
having count(distinct page) > 1
order by pages desc, count
limit %(first)s::integer
