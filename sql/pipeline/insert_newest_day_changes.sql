-- The latest changes over a day, per service and over all.
--
-- Grain:       one row per (isrc, service_id), and one with service 0 per isrc.
-- Parameters:  since, an instant: only series read after it.
-- Re-running:  once a transaction.
-- Used by:     viewcount_pipeline/rankings.py
with of_service as materialized (
    select v.isrc, v.service_id, v.last_updated, d.base, d.growth, d.change
    from view_counts v
    join day_changes d
        on d.isrc = v.isrc
        and d.service_id = v.service_id
        and d.recorded_date = (v.last_updated at time zone 'UTC')::date
    where d.recorded_date >= %(since)s::timestamptz::date and v.last_updated > %(since)s::timestamptz
)

insert into newest_day_changes (isrc, service_id, as_of, change, percentage)
select isrc, service_id, last_updated, change, growth / nullif(base, 0) * 100
from of_service
union all
select isrc, 0, max(last_updated), sum(change), sum(growth) / nullif(sum(base), 0)::double precision * 100
from of_service
group by isrc
