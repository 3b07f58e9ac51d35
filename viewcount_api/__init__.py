"""The read API: GraphQL over HTTP, answered from the cache, and from PostgreSQL where the cache has nothing."""
