"""Where the numbers come from: the cache, and PostgreSQL for what it lacks."""
