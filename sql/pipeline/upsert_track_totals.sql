-- Total of each track over its services; its change only over services that have a base, at both ends.
--
-- Grain:       one row per isrc.
-- Parameters:  since, an instant: only tracks with a series read since then (minus infinity for all of them).
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/track_trends.py
with summed as (
    select
        isrc,
        max(as_of) as as_of,
        sum(view_count)::bigint as view_count,
        count(*)::smallint as services,
        sum(change_7)::bigint as change_7,
        sum(base_7) as base_7,
        sum(change_30)::bigint as change_30,
        sum(base_30) as base_30
    from track_trends
    group by isrc
    having max(as_of) >= %(since)s::timestamptz
),

changed as (
    insert into track_totals as kept (
        isrc, as_of, view_count, services, change_7, percentage_7, change_30, percentage_30
    )
    select
        isrc, as_of, view_count, services,
        change_7, change_7 / nullif(base_7, 0)::double precision * 100,
        change_30, change_30 / nullif(base_30, 0)::double precision * 100
    from summed
    on conflict (isrc) do update set
        as_of = excluded.as_of,
        view_count = excluded.view_count,
        services = excluded.services,
        change_7 = excluded.change_7,
        percentage_7 = excluded.percentage_7,
        change_30 = excluded.change_30,
        percentage_30 = excluded.percentage_30
    where (kept.as_of, kept.view_count, kept.services,
           kept.change_7, kept.percentage_7, kept.change_30, kept.percentage_30)
        is distinct from
          (excluded.as_of, excluded.view_count, excluded.services,
           excluded.change_7, excluded.percentage_7, excluded.change_30, excluded.percentage_30)
    returning isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select isrc from changed
    on conflict do nothing
)

select (select count(*) from summed) as rows, (select count(*) from changed) as rows_changed
