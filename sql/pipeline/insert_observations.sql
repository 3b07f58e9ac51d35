-- Appends the staged batch to the log, in order of time as its BRIN wants; of two lines on one key the first stays.
--
-- Grain:       one row per (isrc, service_id, observed_at).
-- Parameters:  origin, run or import; run_id, the run that asked, or null.
-- Re-running:  a row that is there already is left as it is.
-- Used by:     viewcount_pipeline/observation_log.py
insert into view_count_observations (
    isrc, service_id, observed_at, view_count, status, reason, source_id, raw_text, origin, run_id
)
select
    isrc, service_id, observed_at, view_count, status, reason, source_id, raw_text,
    %(origin)s::text, %(run_id)s::uuid
from staged_observations
order by observed_at, line
on conflict do nothing
