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
        and v.verdict in ('accepted', 'restated')
    order by v.isrc, v.service_id, v.observed_at desc
),

updated as (
    update view_counts c
    set view_count = a.accepted_count, last_updated = a.observed_at
    from accepted a
    where c.isrc = a.isrc
        and c.service_id = a.service_id
        and (a.observed_at > c.last_updated or (a.observed_at = c.last_updated and a.accepted_count <> c.view_count))
    returning c.isrc
),

added as (
    insert into view_counts (isrc, service_id, view_count, last_updated)
    select a.isrc, a.service_id, a.accepted_count, a.observed_at
    from accepted a
    where not exists (select from view_counts c where c.isrc = a.isrc and c.service_id = a.service_id)
    returning isrc
),

changed as (
    select isrc from updated
    union all
    select isrc from added
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select (select count(*) from accepted) as rows, (select count(*) from changed) as rows_changed
