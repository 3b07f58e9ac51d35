-- Series of one service's day that are believed and have no snapshot.
--
-- Grain:       one row per isrc.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select coalesce(t.title, v.isrc) as track, t.artist, v.isrc, max(v.observed_at) as last_read
from count_verdicts v
left join tracks t on t.isrc = v.isrc
where v.service_id = %(service_id)s::smallint
    and v.observed_at >= %(day)s::date::timestamptz
    and v.observed_at < (%(day)s::date + 1)::timestamptz
    and v.verdict in ('accepted', 'restated')
    and not exists (
        select from historical_view_counts h
        where h.isrc = v.isrc
            and h.service_id = %(service_id)s::smallint
            and h.recorded_date = %(day)s::date
    )
group by v.isrc, t.title, t.artist
order by v.isrc
limit %(first)s::integer
