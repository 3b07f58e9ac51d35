-- A day has been judged as its log stands.
--
-- Parameters:  service_id; day, the UTC date.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/service_day_judge.py
delete from unjudged_days where service_id = %(service_id)s::smallint and day = %(day)s::date
