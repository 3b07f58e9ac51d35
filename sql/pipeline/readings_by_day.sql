-- Tracks read on each of the 14 days up to one.
--
-- Grain:       one row per (day, service_id), newest day first; days without a reading are absent.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/assets/verdicts.py
select d.day, s.display_name as service, d.ok as tracks, d.active
from service_days d
join services s using (service_id)
where d.day <= %(day)s::date
    and d.day > %(day)s::date - 14
order by d.day desc, d.service_id
