-- A page of all anomalies, those that showed last first.
--
-- Grain:       one row an anomaly.
-- Parameters:  service_ids, those wanted; since, the first day they may have shown on; after_key and after_id, day and
--              id of the last row of the page before; rows, how many at most.
-- Used by:     viewcount_api/resolvers/anomalies.py
select anomaly_id, isrc, service_id, first_day, kind, severity, observed_count, expected_low, expected_high, state
from told_anomalies
where (first_day, anomaly_id) < (%(after_key)s::date, %(after_id)s::bigint)
    and first_day >= %(since)s::date
    and service_id = any(%(service_ids)s::smallint[])
order by first_day desc, anomaly_id desc
limit %(rows)s::integer
