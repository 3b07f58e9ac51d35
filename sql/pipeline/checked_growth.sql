-- Growths of each service's day, and those of them that are flagged.
--
-- Grain:       one row per (service_id, day) with snapshots, oldest first.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select
    service_id,
    recorded_date as day,
    count(delta_count) as growths,
    count(delta_count) filter (where quality = 'flagged') as flagged
from historical_view_counts
where recorded_date between %(first_day)s::date and %(last_day)s::date
group by service_id, recorded_date
order by recorded_date, service_id
