-- Removes snapshots of one day that have no accepted reading any more.
--
-- Grain:       one row per (isrc, service_id, recorded_date).
-- Parameters:  day, the UTC date.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/assets/daily_snapshots.py
with changed as (
    delete from historical_view_counts h
    where h.recorded_date = %(day)s::date
        and not exists (
            select from count_verdicts v
            join service_days d on d.service_id = v.service_id and d.day = %(day)s::date and d.gate = 'open'
            where v.isrc = h.isrc
                and v.service_id = h.service_id
                and v.observed_at >= %(day)s::date::timestamptz
                and v.observed_at < (%(day)s::date + 1)::timestamptz
                and v.verdict in ('accepted', 'restated')
        )
    returning h.isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select distinct isrc from changed
    on conflict do nothing
)

select count(*) as rows_changed from changed
