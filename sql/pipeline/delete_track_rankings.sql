-- Forgets the ranked lists, before they are made anew in the same transaction.
--
-- Grain:       all rows.
-- Used by:     viewcount_pipeline/rankings.py
delete from track_rankings
