-- Growth of each series over 7 and 30 days up to its newest count.
--
-- A snapshot of the anchor's own day that is no farther from it than both midnights is the nearest of all: one join
-- finds it for nearly every series of the newest day. Only the others are looked up one by one.
--
-- Base of N days: the snapshot nearest to last_updated minus N days, within 3 days (10 for N = 30), the earlier one
-- on a tie. Change = (count - base) * N / span, without the growth and the days of confirmed levels; percentage =
-- change / base * 100, null when base is 0.
--
-- Grain:       one row per (isrc, service_id).
-- Parameters:  since, an instant: only series read since then, or shown as read since then, or changed and not published
--              yet: an older day that was judged anew may be what a series read long ago is compared with.
-- Re-running:  touches only rows whose values differ; never puts an older day over a newer one.
-- Used by:     viewcount_pipeline/assets/track_trends.py
with newest as materialized (
    select
        c.isrc,
        c.service_id,
        c.view_count,
        c.last_updated,
        c.last_updated - interval '7 days' as week_ago,
        c.last_updated - interval '30 days' as month_ago,
        least(c.last_updated - c.last_updated::date, c.last_updated::date + 1 - c.last_updated) as to_midnight
    from view_counts c
    left join track_trends t on t.isrc = c.isrc and t.service_id = c.service_id
    left join unpublished_tracks u on u.isrc = c.isrc
    where c.last_updated >= %(since)s::timestamptz
        or t.as_of >= %(since)s::timestamptz
        or u.isrc is not null
),

based as (
    select
        n.isrc,
        n.service_id,
        n.view_count,
        n.last_updated,
        coalesce(w.view_count, near_7.view_count) as base_7,
        coalesce(w.observed_at, near_7.observed_at) as base_at_7,
        coalesce(m.view_count, near_30.view_count) as base_30,
        coalesce(m.observed_at, near_30.observed_at) as base_at_30
    from newest n
    left join historical_view_counts w
        on w.isrc = n.isrc
        and w.service_id = n.service_id
        and w.recorded_date = (select max(last_updated)::date from newest) - 7
        and w.observed_at >= n.week_ago - n.to_midnight
        and w.observed_at < n.week_ago + n.to_midnight
    left join historical_view_counts m
        on m.isrc = n.isrc
        and m.service_id = n.service_id
        and m.recorded_date = (select max(last_updated)::date from newest) - 30
        and m.observed_at >= n.month_ago - n.to_midnight
        and m.observed_at < n.month_ago + n.to_midnight
    left join lateral (
        select h.view_count, h.observed_at
        from historical_view_counts h
        where w.isrc is null
            and h.isrc = n.isrc
            and h.service_id = n.service_id
            and h.recorded_date between (n.week_ago - interval '3 days')::date and (n.week_ago + interval '3 days')::date
            and h.observed_at between n.week_ago - interval '3 days' and n.week_ago + interval '3 days'
        order by greatest(h.observed_at - n.week_ago, n.week_ago - h.observed_at), h.observed_at
        limit 1
    ) near_7 on true
    left join lateral (
        select h.view_count, h.observed_at
        from historical_view_counts h
        where m.isrc is null
            and h.isrc = n.isrc
            and h.service_id = n.service_id
            and h.recorded_date between (n.month_ago - interval '10 days')::date and (n.month_ago + interval '10 days')::date
            and h.observed_at between n.month_ago - interval '10 days' and n.month_ago + interval '10 days'
        order by greatest(h.observed_at - n.month_ago, n.month_ago - h.observed_at), h.observed_at
        limit 1
    ) near_30 on true
),

-- Levels confirmed by a later reading: the count is right, but no growth of these days.
left_out as (
    select
        b.isrc,
        b.service_id,
        coalesce(sum(h.delta_count) filter (where h.observed_at > b.base_at_7), 0)::bigint as count_7,
        coalesce(sum(h.delta_days) filter (where h.observed_at > b.base_at_7), 0) as days_7,
        coalesce(sum(h.delta_count) filter (where h.observed_at > b.base_at_30), 0)::bigint as count_30,
        coalesce(sum(h.delta_days) filter (where h.observed_at > b.base_at_30), 0) as days_30
    from based b
    join historical_view_counts h
        on h.isrc = b.isrc
        and h.service_id = b.service_id
        and h.quality = 'restated'
        and h.recorded_date >= %(since)s::timestamptz::date - 41
        and h.observed_at > least(b.base_at_7, b.base_at_30)
        and h.observed_at <= b.last_updated
    group by b.isrc, b.service_id
),

spanned as (
    select
        b.isrc,
        b.service_id,
        b.last_updated,
        b.view_count,
        b.base_7,
        b.base_30,
        coalesce(l.count_7, 0) as left_out_7,
        coalesce(l.count_30, 0) as left_out_30,
        extract(epoch from b.last_updated - b.base_at_7)::double precision / 86400 - coalesce(l.days_7, 0) as span_7,
        extract(epoch from b.last_updated - b.base_at_30)::double precision / 86400 - coalesce(l.days_30, 0) as span_30
    from based b
    left join left_out l on l.isrc = b.isrc and l.service_id = b.service_id
    offset 0
),

-- Less than a day of growth beside what is left out tells nothing.
measured as (
    select
        isrc,
        service_id,
        last_updated as as_of,
        view_count,
        left_out_7,
        left_out_30,
        base_7,
        round((view_count - base_7 - left_out_7) * 7 / span_7)::bigint as change_7,
        (view_count - base_7 - left_out_7) * 7 / span_7 / nullif(base_7, 0) * 100 as percentage_7,
        span_7,
        base_30,
        round((view_count - base_30 - left_out_30) * 30 / span_30)::bigint as change_30,
        (view_count - base_30 - left_out_30) * 30 / span_30 / nullif(base_30, 0) * 100 as percentage_30,
        span_30
    from (
        select
            isrc,
            service_id,
            last_updated,
            view_count,
            left_out_7,
            left_out_30,
            case when span_7 >= 1 then base_7 end as base_7,
            case when span_7 >= 1 then span_7 end as span_7,
            case when span_30 >= 1 then base_30 end as base_30,
            case when span_30 >= 1 then span_30 end as span_30
        from spanned
    ) told
),

updated as (
    update track_trends t
    set
        as_of = m.as_of,
        view_count = m.view_count,
        base_7 = m.base_7,
        change_7 = m.change_7,
        percentage_7 = m.percentage_7,
        span_7 = m.span_7,
        base_30 = m.base_30,
        change_30 = m.change_30,
        percentage_30 = m.percentage_30,
        span_30 = m.span_30,
        left_out_7 = m.left_out_7,
        left_out_30 = m.left_out_30
    from measured m
    where t.isrc = m.isrc
        and t.service_id = m.service_id
        and (t.as_of, t.view_count, t.base_7, t.change_7, t.percentage_7, t.span_7,
             t.base_30, t.change_30, t.percentage_30, t.span_30, t.left_out_7, t.left_out_30)
        is distinct from
            (m.as_of, m.view_count, m.base_7, m.change_7, m.percentage_7, m.span_7,
             m.base_30, m.change_30, m.percentage_30, m.span_30, m.left_out_7, m.left_out_30)
    returning t.isrc
),

added as (
    insert into track_trends (
        isrc, service_id, as_of, view_count, base_7, change_7, percentage_7, span_7, base_30, change_30,
        percentage_30, span_30, left_out_7, left_out_30
    )
    select
        isrc, service_id, as_of, view_count, base_7, change_7, percentage_7, span_7, base_30, change_30,
        percentage_30, span_30, left_out_7, left_out_30
    from measured m
    where not exists (select from track_trends t where t.isrc = m.isrc and t.service_id = m.service_id)
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

select (select count(*) from measured) as rows, (select count(*) from changed) as rows_changed
