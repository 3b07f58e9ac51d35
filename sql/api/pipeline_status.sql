-- How the recording of counts goes: every service's newest day, what is in doubt, what nobody was told yet.
--
-- Grain:       one row a service; what is not a service's is the same in all.
-- Parameters:  channels, the names of those that alerts go through.
-- Used by:     viewcount_api/resolvers/pipeline_status.py
select
    s.service_id,
    newest.last_observed_at as last_run,
    good.last_observed_at as last_success,
    newest.ok::double precision / greatest(newest.ok, newest.active, 1) as coverage,
    coalesce(newest.gate, 'none') as gate,
    newest.reason as gate_reason,
    (
        select count(*) from count_verdicts v where v.service_id = s.service_id and v.verdict = 'held'
    ) as held_readings,
    (
        select count(*) from anomalies a where a.service_id = s.service_id and a.closed_on is null
    ) as open_anomalies,
    p.generation,
    p.published_at,
    (
        select count(distinct d.message_id)
        from alert_deliveries d
        where d.delivered_at is null and d.channel = any(%(channels)s::text[])
    ) as undelivered_alerts
from services s
cross join (
    select coalesce(max(generation), 0) as generation, max(published_at) as published_at from publications
) p
left join lateral (
    select d.last_observed_at, d.ok, d.active, d.gate, d.reason
    from service_days d
    where d.service_id = s.service_id
    order by d.day desc
    limit 1
) newest on true
left join lateral (
    select d.last_observed_at
    from service_days d
    where d.service_id = s.service_id and d.gate = 'open' and d.ok > d.held
    order by d.day desc
    limit 1
) good on true
order by s.service_id
