-- Offers one day's accepted counts as the current ones; a newer count is never overwritten.
--
-- Grain:       one row per (isrc, service_id).
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/current_view_counts.py
with accepted as (
    select distinct on (v.isrc, v.service_id) v.isrc, v.service_id, v.accepted_count, v.observed_at
    from count_verdicts v
    join service_days d on d.service_id = v.service_id and d.day = %(day)s::date and d.gate = 'open'
    where v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
        and v.verdict = 'accepted'
    order by v.isrc, v.service_id, v.observed_at desc
),

changed as (
    insert into view_counts as kept (isrc, service_id, view_count, last_updated)
    select isrc, service_id, accepted_count, observed_at
    from accepted
    on conflict (isrc, service_id) do update set
        view_count = excluded.view_count,
        last_updated = excluded.last_updated
    where excluded.last_updated > kept.last_updated
        or (excluded.last_updated = kept.last_updated and excluded.view_count <> kept.view_count)
    returning isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select (select count(*) from accepted) as rows, (select count(*) from changed) as rows_changed
