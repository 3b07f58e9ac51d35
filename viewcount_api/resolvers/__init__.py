"""One module a part of the schema: what its fields are made of."""
