-- Removes trends and totals of series that have no current count any more.
--
-- Grain:       one row per (isrc, service_id), and per isrc.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/assets/track_trends.py
with lost_trends as (
    delete from track_trends t
    where not exists (select from view_counts c where c.isrc = t.isrc and c.service_id = t.service_id)
    returning isrc
),

lost_totals as (
    delete from track_totals t
    where not exists (select from view_counts c where c.isrc = t.isrc)
    returning isrc
)

select count(*) as rows_changed
from (select isrc from lost_trends union all select isrc from lost_totals) lost
