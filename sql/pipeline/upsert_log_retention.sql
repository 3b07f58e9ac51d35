-- Writes down from which day on a service's numbers are kept; the day only moves forward.
--
-- Grain:       one row per service_id.
-- Parameters:  service_id; first_kept, the first day that stays.
-- Re-running:  changes nothing.
-- Used by:     viewcount_pipeline/retention.py
insert into log_retention as kept (service_id, kept_from)
values (%(service_id)s::smallint, %(first_kept)s::date)
on conflict (service_id) do update set kept_from = excluded.kept_from
where kept.kept_from < excluded.kept_from
