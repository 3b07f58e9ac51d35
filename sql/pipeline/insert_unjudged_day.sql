-- Notes one day as not judged as the decisions about it stand.
--
-- Grain:       one row per (service_id, day).
-- Parameters:  service_id; day, the UTC date.
-- Re-running:  a day that is noted already stays so.
-- Used by:     viewcount_pipeline/decisions.py
insert into unjudged_days (service_id, day)
values (%(service_id)s::smallint, %(day)s::date)
on conflict do nothing
