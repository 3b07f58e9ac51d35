"""The assets, one a file: thin wiring of Dagster around the work of other modules and of `sql/pipeline`."""
