"""Reads track catalogs; knows files, addresses and identifiers, not our tables and not dagster."""
