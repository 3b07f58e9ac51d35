-- Ranks active tracks by one change in percent, from both ends.
--
-- Grain:       one row per (direction, isrc).
-- Parameters:  service_id, 0 for the totals; days, 1, 7 or 30; since, an instant: a track that was last read before it
--              says nothing about this window; ranks, how many tracks from either end.
-- Re-running:  only after delete_track_rankings, in the same transaction.
-- Used by:     viewcount_pipeline/rankings.py
with changes as (
    select isrc, change_7 as change, percentage_7 as percentage
    from track_trends
    where %(days)s::integer = 7 and service_id = %(service_id)s::smallint and as_of > %(since)s::timestamptz
    union all
    select isrc, change_30, percentage_30
    from track_trends
    where %(days)s::integer = 30 and service_id = %(service_id)s::smallint and as_of > %(since)s::timestamptz
    union all
    select isrc, change_7, percentage_7
    from track_totals
    where %(days)s::integer = 7 and %(service_id)s::smallint = 0 and as_of > %(since)s::timestamptz
    union all
    select isrc, change_30, percentage_30
    from track_totals
    where %(days)s::integer = 30 and %(service_id)s::smallint = 0 and as_of > %(since)s::timestamptz
    union all
    select isrc, change, percentage
    from newest_day_changes
    where %(days)s::integer = 1 and service_id = %(service_id)s::smallint and as_of > %(since)s::timestamptz
),

known as materialized (
    select c.isrc, c.change, c.percentage
    from changes c
    join tracks t on t.isrc = c.isrc and t.active
    where c.percentage is not null
),

fastest as (
    select * from known order by percentage desc, isrc limit %(ranks)s::integer
),

slowest as (
    select * from known order by percentage, isrc limit %(ranks)s::integer
)

insert into track_rankings (service_id, days, direction, sort_key, isrc, change, percentage)
select %(service_id)s::smallint, %(days)s::integer, 'up', -percentage, isrc, change, percentage from fastest
union all
select %(service_id)s::smallint, %(days)s::integer, 'down', percentage, isrc, change, percentage from slowest
