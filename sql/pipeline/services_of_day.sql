-- Services with something in the log of a day that their log still holds.
--
-- Grain:       one row a service.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/judging.py
select d.service_id
from service_days d
left join log_retention r on r.service_id = d.service_id
where d.day = %(day)s::date and (r.kept_from is null or d.day >= r.kept_from)
order by d.service_id
