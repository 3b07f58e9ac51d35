-- The anomalies of some tracks that showed last, as many of each as are wanted.
--
-- Grain:       one row an anomaly, a track's together, the latest first.
-- Parameters:  isrcs; rows, how many a track at most.
-- Used by:     viewcount_api/reading/latest_anomalies.py
select
    asked.isrc, a.service_id, a.first_day, a.kind, a.severity, a.observed_count, a.expected_low, a.expected_high, a.state
from unnest(%(isrcs)s::text[]) as asked (isrc)
cross join lateral (
    select *
    from told_anomalies t
    where t.isrc = asked.isrc
    order by t.first_day desc, t.anomaly_id desc
    limit %(rows)s::integer
) a
order by asked.isrc, a.first_day desc, a.anomaly_id desc
