-- Replaces current counts of one day that are not accepted any more by the newest accepted count before them.
--
-- Grain:       one row per (isrc, service_id) read on that day; deleted when no accepted count is left.
-- Parameters:  day, the UTC date.
-- Re-running:  touches only rows that lost their reading.
-- Used by:     viewcount_pipeline/assets/current_view_counts.py
with lost as (
    select c.isrc, c.service_id
    from view_counts c
    where c.last_updated >= %(day)s::date::timestamptz
        and c.last_updated < (%(day)s::date + 1)::timestamptz
        and not exists (
            select from count_verdicts v
            join service_days d on d.service_id = v.service_id and d.day = %(day)s::date and d.gate = 'open'
            where v.isrc = c.isrc
                and v.service_id = c.service_id
                and v.observed_at = c.last_updated
                -- Follows from the above; said again, it spares the verdicts of all other days.
                and v.observed_at >= %(day)s::date::timestamptz
                and v.observed_at < (%(day)s::date + 1)::timestamptz
                and v.verdict in ('accepted', 'restated')
        )
),

newest as (
    select l.isrc, l.service_id, before.accepted_count, before.observed_at
    from lost l
    left join lateral (
        select believed.accepted_count, o.observed_at
        from view_count_observations o
        -- The log's key finds the readings of a series, newest first; the verdict is found from each reading.
        cross join lateral (
            select v.accepted_count
            from count_verdicts v
            where v.observed_at = o.observed_at
                and v.isrc = o.isrc
                and v.service_id = o.service_id
                and v.verdict in ('accepted', 'restated')
                and exists (
                    select from service_days d
                    where d.service_id = o.service_id
                        and d.day = (o.observed_at at time zone 'UTC')::date
                        and d.gate = 'open'
                )
        ) believed
        where o.isrc = l.isrc
            and o.service_id = l.service_id
            and o.observed_at < (%(day)s::date + 1)::timestamptz
            and o.status = 'ok'
        order by o.observed_at desc
        limit 1
    ) before on true
),

restored as (
    update view_counts c
    set view_count = n.accepted_count, last_updated = n.observed_at
    from newest n
    where c.isrc = n.isrc and c.service_id = n.service_id and n.observed_at is not null
    returning c.isrc
),

deleted as (
    delete from view_counts c
    using newest n
    where c.isrc = n.isrc and c.service_id = n.service_id and n.observed_at is null
    returning c.isrc
),

changed as (
    select isrc from restored
    union all
    select isrc from deleted
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select count(*) as rows_changed from changed
