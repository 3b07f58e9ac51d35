"""What every other package shares: settings, errors, records, SQL, database and cache access."""
