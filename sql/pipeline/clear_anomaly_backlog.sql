-- Takes all days off the list of those whose anomalies wait.
--
-- Grain:       one row: the first of these days, null when there was none.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/anomalies.py
with cleared as (
    delete from anomaly_backlog
    returning day
)

select min(day) as first_day from cleared
