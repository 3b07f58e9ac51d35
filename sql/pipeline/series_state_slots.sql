-- The slots whose states are still true, the newest day first.
--
-- Grain:       one row a slot.
-- Parameters:  service_id.
-- Used by:     viewcount_pipeline/series_states.py
select s.slot, s.day, s.state_digest
from series_state_slots s
join service_days d on d.service_id = s.service_id and d.day = s.day and d.state_digest = s.state_digest
where s.service_id = %(service_id)s::smallint
order by s.day desc, s.slot
