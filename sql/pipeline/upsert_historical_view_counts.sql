-- The snapshot of one day: each series' last accepted count observed on it. No reading, no row.
--
-- Grain:       one row per (isrc, service_id, recorded_date).
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/daily_snapshots.py
with accepted as (
    select distinct on (v.isrc, v.service_id)
        v.isrc,
        v.service_id,
        v.accepted_count,
        v.observed_at,
        case when v.verdict = 'restated' then 'restated' when v.tier = 'strict' then 'flagged' else 'ok' end as quality
    from count_verdicts v
    join service_days d on d.service_id = v.service_id and d.day = %(day)s::date and d.gate = 'open'
    where v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
        and v.verdict in ('accepted', 'restated')
    order by v.isrc, v.service_id, v.observed_at desc
),

updated as (
    update historical_view_counts h
    set view_count = a.accepted_count, observed_at = a.observed_at, quality = a.quality
    from accepted a
    where h.isrc = a.isrc
        and h.service_id = a.service_id
        and h.recorded_date = %(day)s::date
        and (h.view_count, h.observed_at, h.quality) is distinct from (a.accepted_count, a.observed_at, a.quality)
    returning h.isrc
),

-- A new row brings its growth along where the day before has a snapshot. All other growth is the next step's work,
-- which would otherwise write every row a second time.
added as (
    insert into historical_view_counts (
        isrc, service_id, view_count, recorded_date, observed_at, quality, delta_count, delta_days
    )
    select
        a.isrc,
        a.service_id,
        a.accepted_count,
        %(day)s::date,
        a.observed_at,
        a.quality,
        a.accepted_count - y.view_count,
        %(day)s::date - y.recorded_date
    from accepted a
    left join historical_view_counts y
        on y.isrc = a.isrc
        and y.service_id = a.service_id
        and y.recorded_date = %(day)s::date - 1
    where not exists (
        select from historical_view_counts h
        where h.isrc = a.isrc
            and h.service_id = a.service_id
            and h.recorded_date = %(day)s::date
    )
    returning isrc
),

changed as (
    select isrc from updated
    union all
    select isrc from added
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed c
    -- Of a range of days, all but the first find their tracks there.
    where not exists (select from unpublished_tracks u where u.isrc = c.isrc)
    on conflict do nothing
)

select (select count(*) from accepted) as rows, (select count(*) from changed) as rows_changed
