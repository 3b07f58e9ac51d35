"""GraphQL over HTTP: what a client may send, and how an answer is written."""
