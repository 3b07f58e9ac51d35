-- Removes changed verdicts that every step has taken up.
--
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/changed_verdicts.py
delete from changed_verdicts where is_offered and is_recorded and is_measured
