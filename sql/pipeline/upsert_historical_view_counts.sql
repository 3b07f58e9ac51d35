-- The snapshot of one day: each series' last accepted count observed on it. No reading, no row.
--
-- Grain:       one row per (isrc, service_id, recorded_date).
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/daily_snapshots.py
with accepted as (
    select distinct on (v.isrc, v.service_id)
        v.isrc, v.service_id, v.accepted_count, v.observed_at
    from count_verdicts v
    join service_days d on d.service_id = v.service_id and d.day = %(day)s::date and d.gate = 'open'
    where v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
        and v.verdict = 'accepted'
    order by v.isrc, v.service_id, v.observed_at desc
),

changed as (
    insert into historical_view_counts as kept (isrc, service_id, view_count, recorded_date, observed_at)
    select isrc, service_id, accepted_count, %(day)s::date, observed_at
    from accepted
    on conflict (isrc, service_id, recorded_date) do update set
        view_count = excluded.view_count,
        observed_at = excluded.observed_at
    where (kept.view_count, kept.observed_at) is distinct from (excluded.view_count, excluded.observed_at)
    returning isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select (select count(*) from accepted) as rows, (select count(*) from changed) as rows_changed
