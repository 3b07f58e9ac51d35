-- Removes anomalies of one service that showed last before a day. A counter that still stands shows every day it is read.
--
-- Grain:       one row: how many.
-- Parameters:  service_id; first_kept, the first day that stays.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/retention.py
with removed as (
    delete from anomalies
    where service_id = %(service_id)s::smallint
        and last_day < %(first_kept)s::date
    returning 1
)

select count(*) as rows_removed from removed
