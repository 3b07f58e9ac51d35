"""Which numbers are believed: the constants of the rules, and the rules that are not SQL. Pure, without Dagster."""
