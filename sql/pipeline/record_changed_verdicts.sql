-- Snapshots of the days whose verdicts changed after they were recorded: written, corrected, or removed.
--
-- Grain:       one row per (isrc, service_id, recorded_date) queued in changed_verdicts.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/assets/daily_snapshots.py
with queued as (
    update changed_verdicts set is_recorded = true where not is_recorded returning isrc, service_id, day
),

believed as (
    select q.isrc, q.service_id, q.day, last_read.accepted_count, last_read.observed_at, last_read.quality
    from queued q
    left join lateral (
        select
            v.accepted_count,
            v.observed_at,
            case when v.verdict = 'restated' then 'restated' when v.tier = 'strict' then 'flagged' else 'ok' end as quality
        from view_count_observations o
        -- The log's key finds the readings of a series; the verdict is found from each reading.
        join count_verdicts v
            on v.observed_at = o.observed_at and v.isrc = o.isrc and v.service_id = o.service_id
        where o.isrc = q.isrc
            and o.service_id = q.service_id
            and o.observed_at >= q.day::timestamptz
            and o.observed_at < (q.day + 1)::timestamptz
            and v.verdict in ('accepted', 'restated')
            and exists (
                select from service_days d where d.service_id = q.service_id and d.day = q.day and d.gate = 'open'
            )
        order by o.observed_at desc
        limit 1
    ) last_read on true
),

updated as (
    update historical_view_counts h
    set view_count = b.accepted_count, observed_at = b.observed_at, quality = b.quality
    from believed b
    where h.isrc = b.isrc
        and h.service_id = b.service_id
        and h.recorded_date = b.day
        and b.accepted_count is not null
        and (h.view_count, h.observed_at, h.quality) is distinct from (b.accepted_count, b.observed_at, b.quality)
    returning h.isrc
),

deleted as (
    delete from historical_view_counts h
    using believed b
    where h.isrc = b.isrc and h.service_id = b.service_id and h.recorded_date = b.day and b.accepted_count is null
    returning h.isrc
),

added as (
    insert into historical_view_counts (isrc, service_id, view_count, recorded_date, observed_at, quality)
    select b.isrc, b.service_id, b.accepted_count, b.day, b.observed_at, b.quality
    from believed b
    where b.accepted_count is not null
        and not exists (
            select from historical_view_counts h
            where h.isrc = b.isrc and h.service_id = b.service_id and h.recorded_date = b.day
        )
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

select (select min(day) from queued) as first_day, (select count(*) from changed) as rows_changed
