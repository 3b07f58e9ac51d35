-- Notes ends of runs that were looked at.
--
-- Grain:       one row an end of a run.
-- Parameters:  run_ids and ended_ats, two arrays side by side.
-- Re-running:  adds nothing.
-- Used by:     viewcount_pipeline/alerts/collecting.py
insert into alert_seen_runs (run_id, ended_at)
select e.run_id, e.ended_at
from unnest(%(run_ids)s::uuid[], %(ended_ats)s::timestamptz[]) as e (run_id, ended_at)
on conflict do nothing
