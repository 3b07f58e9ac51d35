"""Who may send mutations, and how many."""

from viewcount_api import metrics
from viewcount_api.access.rates import RateLimit
from viewcount_api.errors import rate_limited, unauthenticated
from viewcount_api.reading.store import Store
from viewcount_api.requests import GraphQLRequest
from viewcount_core.settings import Settings


class MutationGate:
    """Lets a mutation through or says why not."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._needs_key = bool(settings.api_keys)
        self._store = store
        self._limit = RateLimit("mutations", settings.api_mutations_per_minute)
        self._refused = metrics.rate_limited.labels("mutations")

    async def admit(self, request: GraphQLRequest) -> None:
        """Raise `GraphQLError` for one without a key where keys are needed, and for one too many."""
        if self._needs_key and request.key is None:
            raise unauthenticated()
        if self._limit.exceeded_here(request.client) or await self._is_exceeded_anywhere(request.client):
            self._refused.inc()
            raise rate_limited(self._limit.retry_after_seconds())

    async def _is_exceeded_anywhere(self, client: str) -> bool:
        return await self._store.in_thread(self._limit.exceeded, client, self._store.count)
