"""The Dagster code location, and the work its assets wire together."""
