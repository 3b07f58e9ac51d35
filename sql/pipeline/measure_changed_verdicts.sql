-- Growth up to and from the snapshots that were written again because their verdict changed.
--
-- Grain:       one row per (isrc, service_id, recorded_date): a queued day and the next recorded one of its series.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/assets/daily_deltas.py
with queued as (
    update changed_verdicts set is_measured = true where is_recorded and not is_measured returning isrc, service_id, day
),

touched as (
    select isrc, service_id, day from queued
    union
    select q.isrc, q.service_id, n.recorded_date
    from queued q
    cross join lateral (
        select h.recorded_date
        from historical_view_counts h
        where h.isrc = q.isrc and h.service_id = q.service_id and h.recorded_date > q.day
        order by h.recorded_date
        limit 1
    ) n
),

measured as (
    select
        h.isrc,
        h.service_id,
        h.recorded_date,
        h.view_count - e.view_count as delta_count,
        (h.recorded_date - e.recorded_date)::smallint as delta_days
    from touched t
    join historical_view_counts h on h.isrc = t.isrc and h.service_id = t.service_id and h.recorded_date = t.day
    left join lateral (
        select b.view_count, b.recorded_date
        from historical_view_counts b
        where b.isrc = h.isrc and b.service_id = h.service_id and b.recorded_date < h.recorded_date
        order by b.recorded_date desc
        limit 1
    ) e on true
),

changed as (
    update historical_view_counts h
    set delta_count = m.delta_count, delta_days = m.delta_days
    from measured m
    where h.isrc = m.isrc
        and h.service_id = m.service_id
        and h.recorded_date = m.recorded_date
        and (h.delta_count, h.delta_days) is distinct from (m.delta_count, m.delta_days)
    returning h.isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select count(*) as rows_changed from changed
