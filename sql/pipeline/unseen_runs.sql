-- Which of these ends of runs were not looked at yet, in the order in which they ended.
--
-- Grain:       one row an end of a run.
-- Parameters:  run_ids and ended_ats, two arrays side by side; most, how many at once.
-- Used by:     viewcount_pipeline/alerts/collecting.py
select e.run_id::text, e.ended_at
from unnest(%(run_ids)s::uuid[], %(ended_ats)s::timestamptz[]) as e (run_id, ended_at)
where not exists (
    select from alert_seen_runs s where s.run_id = e.run_id and s.ended_at = e.ended_at
)
order by e.ended_at, e.run_id
limit %(most)s::integer
