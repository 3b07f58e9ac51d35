-- Removes current counts of one service that were read before a day.
--
-- Grain:       one row per isrc.
-- Parameters:  service_id; first_kept, the first day that stays.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/retention.py
with changed as (
    delete from view_counts
    where service_id = %(service_id)s::integer
        and last_updated < %(first_kept)s::date::timestamptz
    returning isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select isrc from changed
    on conflict do nothing
)

select count(*) as rows_removed from changed
