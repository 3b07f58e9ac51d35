-- Makes room for the next day of the same transaction.
--
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/service_day_judge.py
truncate day_readings, judged_readings
