-- Notes the days of the staged batch as not judged as their log stands.
--
-- Grain:       one row per (service_id, day).
-- Re-running:  a day that is noted already stays so.
-- Used by:     viewcount_pipeline/observation_log.py
insert into unjudged_days (service_id, day)
select distinct service_id, observed_at::date from staged_observations
on conflict do nothing
