-- Readings of one service's day that were rejected at once, held back or flagged, with the counts that would not have been.
--
-- Grain:       one row a reading: those without a count first, then those furthest from what was expected.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select
    v.kind,
    v.verdict,
    coalesce(t.title, v.isrc) as track,
    t.artist,
    v.isrc,
    o.view_count as read,
    v.expected_low,
    v.expected_high
from count_verdicts v
join view_count_observations o
    on o.isrc = v.isrc
    and o.service_id = v.service_id
    and o.observed_at = v.observed_at
    and o.observed_at >= %(day)s::date::timestamptz
    and o.observed_at < (%(day)s::date + 1)::timestamptz
left join tracks t on t.isrc = v.isrc
where v.service_id = %(service_id)s::smallint
    and v.observed_at >= %(day)s::date::timestamptz
    and v.observed_at < (%(day)s::date + 1)::timestamptz
    and (v.tier = 'strict' or v.kind in ('negative', 'too_large'))
order by
    v.accepted_count is not null,
    greatest(v.expected_low - o.view_count, o.view_count - v.expected_high) desc nulls last,
    v.isrc
limit %(first)s::integer
