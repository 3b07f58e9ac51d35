-- Growth of every series up to one day: this snapshot minus the latest earlier one, with the days between.
--
-- Nearly every series was recorded on the day before, which one join finds; only the others are looked up one by one.
--
-- Grain:       one row per (isrc, service_id, recorded_date); both values null for a first snapshot.
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/assets/daily_deltas.py
with measured as (
    select
        h.isrc,
        h.service_id,
        h.view_count - coalesce(y.view_count, e.view_count) as delta_count,
        (h.recorded_date - coalesce(y.recorded_date, e.recorded_date))::smallint as delta_days,
        h.delta_count as kept_count,
        h.delta_days as kept_days
    from historical_view_counts h
    left join historical_view_counts y
        on y.isrc = h.isrc
        and y.service_id = h.service_id
        and y.recorded_date = %(day)s::date - 1
    left join lateral (
        select b.view_count, b.recorded_date
        from historical_view_counts b
        where y.isrc is null
            and b.isrc = h.isrc
            and b.service_id = h.service_id
            and b.recorded_date < %(day)s::date - 1
        order by b.recorded_date desc
        limit 1
    ) e on true
    where h.recorded_date = %(day)s::date
),

changed as (
    update historical_view_counts h
    set delta_count = m.delta_count, delta_days = m.delta_days
    from measured m
    where h.isrc = m.isrc
        and h.service_id = m.service_id
        and h.recorded_date = %(day)s::date
        and (m.kept_count, m.kept_days) is distinct from (m.delta_count, m.delta_days)
    returning h.isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select (select count(*) from measured) as rows, (select count(*) from changed) as rows_changed
