"""Automatic persisted queries, by the protocol of Apollo: a client sends a query's hash, and its text once.

What was executed is remembered for a day, in Redis for all processes and in a few entries here; without Redis a query
is not found, and the client sends its text again.
"""

import re
from collections import OrderedDict
from hashlib import sha256

from viewcount_api.http.document_store import DocumentStore
from viewcount_api.http.parameters import Parameters
from viewcount_api.http.refusals import RefusedRequest
from viewcount_api.metrics import persisted_queries

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
MAX_BYTES = 10_000
KEPT_HERE = 256
DIGEST = re.compile("[0-9a-f]{64}")
KNOWN, UNKNOWN = (persisted_queries.labels(result) for result in ("known", "unknown"))


class PersistedQueries:
    """The queries that are known by their hash."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        # Each with whether the others know it, too: Redis may have been away when it came.
        self._here: OrderedDict[str, tuple[str, bool]] = OrderedDict()

    async def query_of(self, parameters: Parameters) -> str:
        """The text of the query asked for; raise `RefusedRequest` without one, or with another than its hash says."""
        digest = _digest_of(parameters) if parameters.extensions else None
        if parameters.query:
            if digest and sha256(parameters.query.encode()).hexdigest() != digest:
                raise RefusedRequest(400, "The query's SHA-256 is not the one given with it.")
            return parameters.query
        if digest is None:
            raise RefusedRequest(400, "The query must be a string.")
        return await self._find(digest)

    async def keep(self, parameters: Parameters) -> None:
        """Remember a query that came with its hash and was executed; a long one is not worth the room."""
        digest = _digest_of(parameters)
        if digest and parameters.query and len(parameters.query.encode()) <= MAX_BYTES:
            await self._share(digest, parameters.query)

    async def _find(self, digest: str) -> str:
        here = self._here.get(digest)
        query = here[0] if here else await self._store.get(digest)
        # Whoever else writes to that Redis cannot put other queries under our clients' hashes.
        if query is None or sha256(query.encode()).hexdigest() != digest:
            UNKNOWN.inc()
            raise RefusedRequest(None, "PersistedQueryNotFound", code=NOT_FOUND)
        KNOWN.inc()
        if here:
            await self._share(digest, query)
        else:
            self._remember(digest, query, is_shared=True)
        return query

    async def _share(self, digest: str, query: str) -> None:
        _, is_shared = self._here.get(digest, ("", False))
        self._remember(digest, query, is_shared=is_shared or await self._store.put(digest, query))

    def _remember(self, digest: str, query: str, *, is_shared: bool) -> None:
        self._here[digest] = query, is_shared
        self._here.move_to_end(digest)
        if len(self._here) > KEPT_HERE:
            self._here.popitem(last=False)


def _digest_of(parameters: Parameters) -> str | None:
    """The hash a client gives; None where it gives none. Raise `RefusedRequest`."""
    wanted = parameters.extensions.get("persistedQuery")
    if wanted is None:
        return None
    if not isinstance(wanted, dict) or wanted.get("version") != 1:
        raise RefusedRequest(400, "Persisted queries are of version 1.")
    digest = wanted.get("sha256Hash")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest.lower()):
        raise RefusedRequest(400, "A persisted query's sha256Hash has 64 hexadecimal digits.")
    return digest.lower()
