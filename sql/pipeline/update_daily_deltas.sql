-- Growth of every series up to one day: this snapshot minus the latest earlier one, with the days between.
--
-- Grain:       one row per (isrc, service_id, recorded_date); both values null for a first snapshot.
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/daily_deltas.py
with measured as (
    select
        h.isrc,
        h.service_id,
        h.view_count - before.view_count as delta_count,
        (h.recorded_date - before.recorded_date)::smallint as delta_days
    from historical_view_counts h
    left join lateral (
        select e.view_count, e.recorded_date
        from historical_view_counts e
        where e.isrc = h.isrc
            and e.service_id = h.service_id
            and e.recorded_date < %(day)s::date
        order by e.recorded_date desc
        limit 1
    ) before on true
    where h.recorded_date = %(day)s::date
),

changed as (
    update historical_view_counts h
    set delta_count = m.delta_count, delta_days = m.delta_days
    from measured m
    where h.isrc = m.isrc
        and h.service_id = m.service_id
        and h.recorded_date = %(day)s::date
        and (h.delta_count, h.delta_days) is distinct from (m.delta_count, m.delta_days)
    returning h.isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select (select count(*) from measured) as rows, (select count(*) from changed) as rows_changed
