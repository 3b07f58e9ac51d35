-- Takes units out of a service's day, as far as it still has any, before they are used.
--
-- Grain:       one row per (service_id, quota_day, day).
-- Parameters:  service_id; quota_day, the Pacific date; day, the UTC date; units asked for; daily_limit.
-- Used by:     viewcount_pipeline/quota.py
with spent as (
    select coalesce(sum(units), 0) as units
    from quota_usage
    where service_id = %(service_id)s::smallint and quota_day = %(quota_day)s::date
),

granted as (
    select greatest(0, least(%(units)s::integer, %(daily_limit)s::integer - units))::integer as units
    from spent
),

written as (
    insert into quota_usage as kept (service_id, quota_day, day, units)
    select %(service_id)s::smallint, %(quota_day)s::date, %(day)s::date, units
    from granted
    on conflict (service_id, quota_day, day) do update set units = kept.units + excluded.units
)

select units from granted
