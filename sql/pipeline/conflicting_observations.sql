-- Staged readings that say something else than the log does of the same series and instant.
--
-- The log never changes, so after the batch is appended this also finds lines that contradict earlier ones of the batch.
--
-- Grain:       one row a line.
-- Parameters:  first_at and last_at, the instants the batch lies between.
-- Used by:     viewcount_pipeline/imports/observations.py
select s.line, l.view_count, l.status
from staged_observations s
join view_count_observations l
    on l.isrc = s.isrc and l.service_id = s.service_id and l.observed_at = s.observed_at
where
    l.observed_at between %(first_at)s::timestamptz and %(last_at)s::timestamptz
    and (l.view_count is distinct from s.view_count or l.status <> s.status)
