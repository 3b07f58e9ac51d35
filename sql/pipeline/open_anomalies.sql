-- Anomalies that are not over, by kind.
--
-- Grain:       one row per (service, kind), most tracks first.
-- Used by:     viewcount_pipeline/assets/anomalies.py
select s.display_name as service, a.kind, a.severity, count(*) as tracks, min(a.first_day) as since
from anomalies a
join services s using (service_id)
where a.closed_on is null
group by s.display_name, a.kind, a.severity
order by tracks desc, service, a.kind, a.severity
