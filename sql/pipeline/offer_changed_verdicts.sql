-- Current counts of the series whose verdicts changed: the newest accepted count each of them has, or none.
--
-- Grain:       one row per (isrc, service_id) queued in changed_verdicts.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/assets/current_view_counts.py
with queued as (
    update changed_verdicts set is_offered = true where not is_offered returning isrc, service_id
),

newest as (
    select q.isrc, q.service_id, believed.accepted_count, believed.observed_at
    from (select distinct isrc, service_id from queued) q
    left join lateral (
        select v.accepted_count, v.observed_at
        from view_count_observations o
        join count_verdicts v
            on v.observed_at = o.observed_at and v.isrc = o.isrc and v.service_id = o.service_id
        where o.isrc = q.isrc
            and o.service_id = q.service_id
            and o.status = 'ok'
            and v.verdict in ('accepted', 'restated')
            and exists (
                select from service_days d
                where d.service_id = o.service_id and d.day = o.observed_at::date and d.gate = 'open'
            )
        order by o.observed_at desc
        limit 1
    ) believed on true
),

updated as (
    update view_counts c
    set view_count = n.accepted_count, last_updated = n.observed_at
    from newest n
    where c.isrc = n.isrc
        and c.service_id = n.service_id
        and n.accepted_count is not null
        and (c.view_count, c.last_updated) is distinct from (n.accepted_count, n.observed_at)
    returning c.isrc
),

deleted as (
    delete from view_counts c
    using newest n
    where c.isrc = n.isrc and c.service_id = n.service_id and n.accepted_count is null
    returning c.isrc
),

added as (
    insert into view_counts (isrc, service_id, view_count, last_updated)
    select n.isrc, n.service_id, n.accepted_count, n.observed_at
    from newest n
    where n.accepted_count is not null
        and not exists (select from view_counts c where c.isrc = n.isrc and c.service_id = n.service_id)
    returning isrc
),

changed as (
    select isrc from updated
    union all
    select isrc from deleted
    union all
    select isrc from added
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select count(*) as rows_changed from changed
