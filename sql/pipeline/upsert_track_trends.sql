-- Growth of each series over 7 and 30 days up to its newest count.
--
-- Base of N days: the snapshot nearest to last_updated minus N days, within 3 days (10 for N = 30), the earlier one
-- on a tie. Change = (count - base) * N / span; percentage = change / base * 100, null when base is 0.
--
-- Grain:       one row per (isrc, service_id).
-- Parameters:  since, an instant: only series read since then (minus infinity for all of them).
-- Re-running:  touches only rows whose values differ; never puts an older day over a newer one.
-- Used by:     viewcount_pipeline/assets/track_trends.py
with based as (
    select
        c.isrc,
        c.service_id,
        c.view_count,
        c.last_updated,
        w.view_count as base_7,
        extract(epoch from c.last_updated - w.observed_at) / 86400 as span_7,
        m.view_count as base_30,
        extract(epoch from c.last_updated - m.observed_at) / 86400 as span_30
    from view_counts c
    left join lateral (
        select near.view_count, near.observed_at
        from (
            (
                select h.view_count, h.observed_at
                from historical_view_counts h
                where h.isrc = c.isrc
                    and h.service_id = c.service_id
                    and h.recorded_date >= (c.last_updated - interval '10 days')::date
                    and h.recorded_date <= (c.last_updated - interval '7 days')::date
                    and h.observed_at <= c.last_updated - interval '7 days'
                order by h.recorded_date desc
                limit 1
            )
            union all
            (
                select h.view_count, h.observed_at
                from historical_view_counts h
                where h.isrc = c.isrc
                    and h.service_id = c.service_id
                    and h.recorded_date >= (c.last_updated - interval '7 days')::date
                    and h.recorded_date <= (c.last_updated - interval '4 days')::date
                    and h.observed_at > c.last_updated - interval '7 days'
                order by h.recorded_date
                limit 1
            )
        ) near
        where near.observed_at between c.last_updated - interval '10 days' and c.last_updated - interval '4 days'
        order by abs(extract(epoch from near.observed_at - (c.last_updated - interval '7 days'))), near.observed_at
        limit 1
    ) w on true
    left join lateral (
        select near.view_count, near.observed_at
        from (
            (
                select h.view_count, h.observed_at
                from historical_view_counts h
                where h.isrc = c.isrc
                    and h.service_id = c.service_id
                    and h.recorded_date >= (c.last_updated - interval '40 days')::date
                    and h.recorded_date <= (c.last_updated - interval '30 days')::date
                    and h.observed_at <= c.last_updated - interval '30 days'
                order by h.recorded_date desc
                limit 1
            )
            union all
            (
                select h.view_count, h.observed_at
                from historical_view_counts h
                where h.isrc = c.isrc
                    and h.service_id = c.service_id
                    and h.recorded_date >= (c.last_updated - interval '30 days')::date
                    and h.recorded_date <= (c.last_updated - interval '20 days')::date
                    and h.observed_at > c.last_updated - interval '30 days'
                order by h.recorded_date
                limit 1
            )
        ) near
        where near.observed_at between c.last_updated - interval '40 days' and c.last_updated - interval '20 days'
        order by abs(extract(epoch from near.observed_at - (c.last_updated - interval '30 days'))), near.observed_at
        limit 1
    ) m on true
    where c.last_updated >= %(since)s::timestamptz
),

measured as (
    select
        isrc,
        service_id,
        last_updated as as_of,
        view_count,
        base_7,
        round((view_count - base_7) * 7 / span_7)::bigint as change_7,
        ((view_count - base_7) * 7 / span_7 / nullif(base_7, 0) * 100)::double precision as percentage_7,
        span_7::double precision as span_7,
        base_30,
        round((view_count - base_30) * 30 / span_30)::bigint as change_30,
        ((view_count - base_30) * 30 / span_30 / nullif(base_30, 0) * 100)::double precision as percentage_30,
        span_30::double precision as span_30
    from based
),

changed as (
    insert into track_trends as kept (
        isrc, service_id, as_of, view_count, base_7, change_7, percentage_7, span_7, base_30, change_30,
        percentage_30, span_30
    )
    select
        isrc, service_id, as_of, view_count, base_7, change_7, percentage_7, span_7, base_30, change_30,
        percentage_30, span_30
    from measured
    on conflict (isrc, service_id) do update set
        as_of = excluded.as_of,
        view_count = excluded.view_count,
        base_7 = excluded.base_7,
        change_7 = excluded.change_7,
        percentage_7 = excluded.percentage_7,
        span_7 = excluded.span_7,
        base_30 = excluded.base_30,
        change_30 = excluded.change_30,
        percentage_30 = excluded.percentage_30,
        span_30 = excluded.span_30
    where (kept.as_of, kept.view_count, kept.base_7, kept.change_7, kept.percentage_7, kept.span_7,
           kept.base_30, kept.change_30, kept.percentage_30, kept.span_30)
        is distinct from
          (excluded.as_of, excluded.view_count, excluded.base_7, excluded.change_7, excluded.percentage_7, excluded.span_7,
           excluded.base_30, excluded.change_30, excluded.percentage_30, excluded.span_30)
    returning isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select (select count(*) from measured) as rows, (select count(*) from changed) as rows_changed
