-- Anomalies of kind gone, from a day on.
--
-- A track is gone that a service did not know on three of its healthy days, without a reading between.
--
-- What went before the first day is taken from the anomalies that were not over then; where there is none yet, from the log
-- since the last reading. `offset 0` makes the planner look readings up one by one.
--
-- Grain:       one row per (isrc, service_id, kind, first_day), of the kind gone.
-- Parameters:  first_day, the first UTC date whose log or gate may be others than before.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/anomalies.py
with starts as (
    select s.service_id, greatest(%(first_day)s::date, r.kept_from) as since
    from services s
    left join log_retention r using (service_id)
),

known as (
    select a.*, s.since
    from anomalies a
    join starts s using (service_id)
    where a.kind = 'gone'
        and (a.closed_on is null or a.closed_on >= s.since)
),

series as (
    select
        isrc,
        service_id,
        max(since) as since,
        min(first_day) as first_day,
        min(last_day) as last_day,
        min(opened_on) as opened_on
    from (
        select isrc, service_id, since, first_day, last_day, opened_on from known where first_day < since
        union all
        select o.isrc, o.service_id, s.since, null, null, null
        from view_count_observations o
        join starts s using (service_id)
        join healthy_service_days h on h.service_id = o.service_id and h.day = o.observed_at::date
        where o.observed_at >= %(first_day)s::date::timestamptz
            and h.day >= s.since
            and o.status = 'unavailable'
    ) touched
    group by isrc, service_id
),

-- Of an absence that was flagged before the first day, one day is enough: the last.
earlier as (
    select t.isrc, t.service_id, absent.day
    from series t
    left join lateral (
        select o.observed_at::date as day
        from view_count_observations o
        where t.first_day is null
            and o.isrc = t.isrc
            and o.service_id = t.service_id
            and o.observed_at < t.since::timestamptz
            and o.status = 'ok'
        order by o.observed_at desc
        limit 1
    ) read on true
    cross join lateral (
        select o.observed_at::date as day
        from view_count_observations o
        cross join lateral (
            select from healthy_service_days h where h.service_id = o.service_id and h.day = o.observed_at::date offset 0
        ) healthy
        where o.isrc = t.isrc
            and o.service_id = t.service_id
            and o.observed_at >= coalesce(t.first_day, read.day + 1, '-infinity')::timestamptz
            and o.observed_at < t.since::timestamptz
            and o.status = 'unavailable'
        order by o.observed_at desc
        limit case when t.opened_on < t.since then 1 end
    ) absent
    where t.last_day is null or t.last_day >= t.since
    union
    select isrc, service_id, last_day from series where last_day < since
),

days as (
    select isrc, service_id, day, false as was_read, true as was_absent from earlier
    union all
    select t.isrc, t.service_id, o.day, o.was_read, o.was_unavailable and h.day is not null
    from series t
    cross join lateral (
        select
            l.observed_at::date as day,
            bool_or(l.status = 'ok') as was_read,
            bool_or(l.status = 'unavailable') as was_unavailable
        from view_count_observations l
        where l.isrc = t.isrc
            and l.service_id = t.service_id
            and l.observed_at >= t.since::timestamptz
        group by l.observed_at::date
        offset 0
    ) o
    left join healthy_service_days h on h.service_id = t.service_id and h.day = o.day
),

-- A reading ends one absence, and the next begins after it.
numbered as (
    select *, count(*) filter (where was_read) over (partition by isrc, service_id order by day) as absence
    from days
),

absences as (
    select
        isrc,
        service_id,
        absence,
        array_agg(day order by day) filter (where was_absent and not was_read) as days,
        lead(min(day) filter (where was_read)) over (partition by isrc, service_id order by absence) as closed_on
    from numbered
    group by isrc, service_id, absence
),

found as (
    select
        a.isrc,
        a.service_id,
        coalesce(t.first_day, a.days[1]) as first_day,
        coalesce(case when t.opened_on < t.since then t.opened_on end, a.days[3]) as opened_on,
        a.days[cardinality(a.days)] as last_day,
        a.closed_on
    from absences a
    left join series t on t.isrc = a.isrc and t.service_id = a.service_id and a.absence = 0
    where cardinality(a.days) >= 3 or (t.opened_on < t.since and cardinality(a.days) > 0)
),

deleted as (
    delete from anomalies a
    using known k
    where a.anomaly_id = k.anomaly_id
        and not exists (
            select from found f where f.isrc = a.isrc and f.service_id = a.service_id and f.first_day = a.first_day
        )
    returning 1
),

updated as (
    update anomalies a
    set opened_on = f.opened_on,
        last_day = f.last_day,
        state = case when f.closed_on is null then 'open' else 'closed' end,
        resolution = case when f.closed_on is not null then 'returned' end,
        closed_on = f.closed_on
    from found f
    where a.isrc = f.isrc
        and a.service_id = f.service_id
        and a.kind = 'gone'
        and a.first_day = f.first_day
        and (a.opened_on, a.last_day, a.closed_on) is distinct from (f.opened_on, f.last_day, f.closed_on)
    returning 1
),

added as (
    insert into anomalies (
        isrc, service_id, kind, severity, first_day, last_day, opened_on, state, resolution, closed_on
    )
    select
        f.isrc,
        f.service_id,
        'gone',
        'error',
        f.first_day,
        f.last_day,
        f.opened_on,
        case when f.closed_on is null then 'open' else 'closed' end,
        case when f.closed_on is not null then 'returned' end,
        f.closed_on
    from found f
    where not exists (
        select from anomalies a
        where a.isrc = f.isrc and a.service_id = f.service_id and a.kind = 'gone' and a.first_day = f.first_day
    )
    returning 1
)

select
    (select count(*) from found) as rows,
    (select count(*) from deleted) + (select count(*) from updated) + (select count(*) from added) as rows_changed
