-- Notes a day whose verdicts or gate were written, so that its anomalies are worked out anew.
--
-- Grain:       one row per (service_id, day).
-- Parameters:  service_id; day, the UTC date.
-- Re-running:  a day that is noted already stays so.
-- Used by:     viewcount_pipeline/anomalies.py
insert into anomaly_backlog (service_id, day)
values (%(service_id)s::smallint, %(day)s::date)
on conflict do nothing
