-- Days that moved a service's states on, after a day whose states are known.
--
-- Grain:       one row a day, earliest first.
-- Parameters:  service_id; known_day, or null; before, the UTC date (exclusive).
-- Used by:     viewcount_pipeline/judging.py
select day
from service_days
where service_id = %(service_id)s::smallint
    and day < %(before)s::date
    and day >= coalesce(
        (select kept_from from log_retention where service_id = %(service_id)s::smallint), '-infinity'
    )
    and (%(known_day)s::date is null or day > %(known_day)s::date)
    and state_digest <> opening_digest
order by day
