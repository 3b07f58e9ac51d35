-- Total of each track over its services; its change only over services that have a base, at both ends.
--
-- Grain:       one row per isrc.
-- Parameters:  since, an instant: only tracks read since then, or shown as read since then, or changed and not published yet.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/track_trends.py
with summed as (
    select
        r.isrc,
        max(r.as_of) as as_of,
        sum(r.view_count)::bigint as view_count,
        count(*)::smallint as services,
        sum(r.change_7)::bigint as change_7,
        sum((r.view_count - r.base_7 - r.left_out_7) * 7 / r.span_7) / nullif(sum(r.base_7), 0) * 100 as percentage_7,
        sum(r.change_30)::bigint as change_30,
        sum((r.view_count - r.base_30 - r.left_out_30) * 30 / r.span_30) / nullif(sum(r.base_30), 0) * 100 as percentage_30
    from track_trends r
    left join track_totals t on t.isrc = r.isrc
    left join unpublished_tracks u on u.isrc = r.isrc
    group by r.isrc
    having greatest(max(r.as_of), max(t.as_of)) >= %(since)s::timestamptz or count(u.isrc) > 0
),

updated as (
    update track_totals t
    set
        as_of = s.as_of,
        view_count = s.view_count,
        services = s.services,
        change_7 = s.change_7,
        percentage_7 = s.percentage_7,
        change_30 = s.change_30,
        percentage_30 = s.percentage_30
    from summed s
    where t.isrc = s.isrc
        and (t.as_of, t.view_count, t.services, t.change_7, t.percentage_7, t.change_30, t.percentage_30)
        is distinct from
            (s.as_of, s.view_count, s.services, s.change_7, s.percentage_7, s.change_30, s.percentage_30)
    returning t.isrc
),

added as (
    insert into track_totals (isrc, as_of, view_count, services, change_7, percentage_7, change_30, percentage_30)
    select isrc, as_of, view_count, services, change_7, percentage_7, change_30, percentage_30
    from summed s
    where not exists (select from track_totals t where t.isrc = s.isrc)
    returning isrc
),

changed as (
    select isrc from updated
    union all
    select isrc from added
),

marked as (
    insert into unpublished_tracks (isrc)
    select isrc from changed
    on conflict do nothing
)

select (select count(*) from summed) as rows, (select count(*) from changed) as rows_changed
