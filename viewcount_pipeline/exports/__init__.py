"""Gives out what is recorded as CSV or Parquet; reads tables, writes none, and knows nothing of dagster."""
