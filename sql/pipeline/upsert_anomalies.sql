-- Anomalies of readings, from a day on: one from the first to the last flagged reading of a kind with nothing good between.
--
-- It ends with what decided its last reading, where that was held; with the first good reading, where it was believed; with
-- the first other count, where the counter was stuck. What went before the first day is taken from the anomalies that were
-- not over then. `offset 0` makes the planner look readings up one by one.
--
-- Grain:       one row per (isrc, service_id, kind, first_day), for all kinds but gone.
-- Parameters:  first_day, the first UTC date whose verdicts may be others than before.
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
    where a.kind <> 'gone'
        and (a.closed_on is null or a.closed_on >= s.since)
),

-- The last flagged reading before the first day, of its own days, speaks for all before it (a later anomaly may have
-- begun before a person closed this one). What became of a held one may have changed; the
-- others are as they were.
carried as (
    select
        k.isrc,
        k.service_id,
        k.kind,
        k.first_day,
        coalesce(f.observed_at, least(k.last_day, k.since - 1)::timestamptz) as observed_at,
        coalesce(f.verdict, 'accepted') as verdict,
        f.resolved_at,
        case when f.isrc is null then k.observed_count else f.view_count end as observed_count,
        case when f.isrc is null then k.expected_low else f.expected_low end as expected_low,
        case when f.isrc is null then k.expected_high else f.expected_high end as expected_high,
        k.kind = 'stuck' and k.severity = 'error' and k.last_day < k.since as is_dormant,
        k.since::timestamptz - interval '1 microsecond' as good_until
    from known k
    left join lateral (
        select v.*, o.view_count
        from count_verdicts v
        cross join lateral (
            select l.view_count
            from view_count_observations l
            where l.isrc = v.isrc and l.service_id = v.service_id and l.observed_at = v.observed_at
            offset 0
        ) o
        where v.isrc = k.isrc
            and v.service_id = k.service_id
            and v.kind = k.kind
            and v.tier = 'strict'
            and v.observed_at >= k.first_day::timestamptz
            and v.observed_at < least(k.since, k.last_day + 1)::timestamptz
        order by v.observed_at desc
        limit 1
    ) f on k.last_day >= k.since or k.kind in ('zero', 'unit_error', 'decrease', 'jump')
    where k.first_day < k.since
),

flags as (
    select * from carried
    union all
    select
        v.isrc,
        v.service_id,
        v.kind,
        null,
        v.observed_at,
        v.verdict,
        v.resolved_at,
        o.view_count,
        v.expected_low,
        v.expected_high,
        false,
        v.observed_at
    from count_verdicts v
    join starts s on s.service_id = v.service_id and v.observed_at >= s.since::timestamptz
    cross join lateral (
        select l.view_count
        from view_count_observations l
        where l.isrc = v.isrc and l.service_id = v.service_id and l.observed_at = v.observed_at
        offset 0
    ) o
    where v.tier = 'strict'
        and v.observed_at >= %(first_day)s::date::timestamptz
),

followed as (
    select *, lead(observed_at) over (partition by isrc, service_id, kind order by observed_at) as next_at
    from flags
),

ended as (
    select
        f.*,
        d.decided_on,
        case
            when d.decided_on is not null then f.observed_at
            when f.verdict = 'accepted' then good.observed_at
            else f.resolved_at
        end as ended_at
    from followed f
    left join lateral (
        select d.decided_at::date as decided_on
        from verdict_decisions d
        where d.isrc = f.isrc and d.service_id = f.service_id and d.observed_at = f.observed_at
        order by d.decision_id desc
        limit 1
    ) d on f.verdict in ('restated', 'rejected')
    left join lateral (
        select o.observed_at
        from view_count_observations o
        cross join lateral (
            select v.tier, v.accepted_count
            from count_verdicts v
            where v.isrc = o.isrc
                and v.service_id = o.service_id
                and v.observed_at = o.observed_at
                and v.verdict = 'accepted'
            offset 0
        ) v
        where o.isrc = f.isrc
            and o.service_id = f.service_id
            and o.observed_at > f.good_until
            and o.observed_at < coalesce(f.next_at, 'infinity')
            and o.status = 'ok'
            and case f.kind
                when 'stuck' then v.accepted_count <> f.observed_count
                else v.tier is distinct from 'strict'
            end
        order by o.observed_at
        limit 1
    ) good on f.verdict = 'accepted'
),

-- Readings of one day are one anomaly, whatever lies between them.
numbered as (
    select
        *,
        count(*) filter (where is_new) over (partition by isrc, service_id, kind order by observed_at) as island
    from (
        select
            *,
            observed_at > lag(ended_at) over series and observed_at::date > lag(observed_at::date) over series as is_new
        from ended
        window series as (partition by isrc, service_id, kind order by observed_at)
    ) compared
),

islands as (
    select distinct on (isrc, service_id, kind, island)
        isrc,
        service_id,
        kind,
        min(coalesce(first_day, observed_at::date)) over (partition by isrc, service_id, kind, island) as first_day,
        observed_at,
        verdict,
        decided_on,
        ended_at,
        observed_count,
        expected_low,
        expected_high,
        is_dormant
    from numbered
    order by isrc, service_id, kind, island, observed_at desc
),

-- A counter that is dormant is not flagged any more, but it still stands.
lasting as (
    select
        i.*,
        greatest(i.observed_at, standing.observed_at)::date as last_day,
        i.is_dormant or coalesce(standing.kind = 'dormant', false) as was_dormant
    from islands i
    left join lateral (
        select o.observed_at, v.kind
        from view_count_observations o
        cross join lateral (
            select v.kind
            from count_verdicts v
            where v.isrc = o.isrc
                and v.service_id = o.service_id
                and v.observed_at = o.observed_at
                and v.verdict = 'accepted'
                and v.kind in ('stuck', 'dormant')
            offset 0
        ) v
        where o.isrc = i.isrc
            and o.service_id = i.service_id
            and o.observed_at > i.observed_at
            and o.observed_at < coalesce(i.ended_at, 'infinity')
            and o.status = 'ok'
        order by o.observed_at desc
        limit 1
    ) standing on i.kind = 'stuck'
),

found as (
    select
        isrc,
        service_id,
        kind,
        case
            when kind in ('correction', 'spike', 'drop') or (kind = 'stuck' and not was_dormant) then 'warning'
            else 'error'
        end as severity,
        first_day,
        last_day,
        observed_count,
        expected_low,
        expected_high,
        case when ended_at is null then 'open' else 'closed' end as state,
        case
            when ended_at is null then null
            when decided_on is not null then 'decided'
            when verdict <> 'accepted' then verdict
            when kind = 'stuck' then 'moved_again'
            when kind = 'correction' then 'corrected'
            else 'recovered'
        end as resolution,
        case when ended_at is not null then greatest(last_day, ended_at::date, decided_on) end as closed_on
    from lasting
),

deleted as (
    delete from anomalies a
    using known k
    where a.anomaly_id = k.anomaly_id
        and not exists (
            select from found f
            where f.isrc = a.isrc and f.service_id = a.service_id and f.kind = a.kind and f.first_day = a.first_day
        )
    returning 1
),

updated as (
    update anomalies a
    set severity = f.severity,
        last_day = f.last_day,
        observed_count = f.observed_count,
        expected_low = f.expected_low,
        expected_high = f.expected_high,
        state = f.state,
        resolution = f.resolution,
        closed_on = f.closed_on
    from found f
    where a.isrc = f.isrc
        and a.service_id = f.service_id
        and a.kind = f.kind
        and a.first_day = f.first_day
        and (a.severity, a.last_day, a.observed_count, a.expected_low, a.expected_high, a.state, a.resolution, a.closed_on)
            is distinct from
            (f.severity, f.last_day, f.observed_count, f.expected_low, f.expected_high, f.state, f.resolution, f.closed_on)
    returning 1
),

added as (
    insert into anomalies (
        isrc, service_id, kind, severity, first_day, last_day, opened_on, observed_count, expected_low, expected_high,
        state, resolution, closed_on
    )
    select
        f.isrc, f.service_id, f.kind, f.severity, f.first_day, f.last_day, f.first_day, f.observed_count,
        f.expected_low, f.expected_high, f.state, f.resolution, f.closed_on
    from found f
    where not exists (
        select from anomalies a
        where a.isrc = f.isrc and a.service_id = f.service_id and a.kind = f.kind and a.first_day = f.first_day
    )
    returning 1
)

select
    (select count(*) from found) as rows,
    (select count(*) from deleted) + (select count(*) from updated) + (select count(*) from added) as rows_changed
