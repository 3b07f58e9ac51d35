"""Takes counts recorded elsewhere into the log; knows files and the log, not dagster."""
