-- The services' day as it stands.
--
-- Grain:       one row a service that has something in the log of that day.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/summary.py
select
    s.service_key as service, d.gate, d.reason, d.active, d.asked, d.ok, d.failed, d.deferred, d.units,
    d.first_observed_at, d.last_observed_at
from service_days d
join services s using (service_id)
where d.day = %(day)s::date
order by d.service_id
