-- Removes what one service has in a partitioned table before a day.
--
-- Grain:       one row.
-- Parameters:  parent, the table; service_id; first_kept, the first day that stays.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/retention.py
select remove_before(%(parent)s::text, %(service_id)s::smallint, %(first_kept)s::date) as rows_removed
