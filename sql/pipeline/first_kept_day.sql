-- The first day that some service's log still holds.
--
-- Grain:       one row; null while nothing was ever removed from the log of some service.
-- Used by:     viewcount_pipeline/retention.py
select case when count(*) = (select count(*) from services) then min(kept_from) end as kept_from
from log_retention
