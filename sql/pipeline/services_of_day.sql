-- Services with something in the log of a day.
--
-- Grain:       one row a service.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/judging.py
select service_id from service_days where day = %(day)s::date order by service_id
