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

    async def admit(self, request: GraphQLRequest, changes: int) -> None:
        """Raise `GraphQLError` for those without a key where keys are needed, and for too many."""
        if self._needs_key and request.key is None:
            raise unauthenticated()
        if self._limit.exceeded_here(request.client, changes) or await self._exceeded(request.client, changes):
            self._refused.inc()
            raise rate_limited(self._limit.retry_after_seconds())

    async def _exceeded(self, client: str, changes: int) -> bool:
        return await self._store.in_thread(self._limit.exceeded, client, self._store.count, changes)
