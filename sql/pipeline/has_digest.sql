-- Whether the digest of a day was written.
--
-- Grain:       one row.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/alerts/digest.py
select exists (select from alert_messages where digest_day = %(day)s::date) as written
