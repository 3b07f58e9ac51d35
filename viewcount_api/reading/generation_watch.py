"""Opens the store and keeps it honest: a publication that the cache missed is noticed within ten seconds.

The pipeline announces a generation, drops what changed and says that it is done. When it is killed in between, or the
cache was away or is new, the generations in the cache differ from that in PostgreSQL and stay so: nothing in the cache
can be trusted then, and it is emptied.
"""

import asyncio
import logging
from contextlib import suppress

from viewcount_api.reading.store import Store
from viewcount_core.errors import ServerUnavailable, ViewcountError
from viewcount_core.ownership import Claim

logger = logging.getLogger(__name__)

LOOK_SECONDS = 4.0
RETRY_SECONDS = 1.0


class GenerationWatch:
    """Runs as long as the app; `is_ready` once PostgreSQL has been reached and is ours."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._suspicion: object = None
        self._has_complained = False
        self.is_ready = False

    async def run(self) -> None:
        """Open the store, trying again until it can be had, then look every few seconds."""
        await self._open()
        while True:
            self._store.needs_generation.clear()
            await self._look_or_wait()
            self.is_ready = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._store.needs_generation.wait(), LOOK_SECONDS)

    def look(self) -> None:
        """Compare the generations once; empty the cache when it has none, or they differ twice in the same way.

        It is emptied too when it was another database's before, and left alone while it still is.
        """
        generation = self._store.generation()
        claim = self._store.claim_cache()
        if claim is Claim.FOREIGN:
            self._complain()
            return
        self._has_complained = False
        seen = self._store.cache.generations()
        if claim is Claim.TAKEN and seen is not None:
            self._suspicion = (seen, generation)
        elif seen is None or seen == (generation, generation):
            self._suspicion = None
            return
        is_new = seen == (None, None)
        # Seen once, a difference may be a publication under way.
        if is_new or self._suspicion == (seen, generation):
            level = logging.INFO if is_new else logging.WARNING
            logger.log(level, "cache_reset generation=%d announced=%s published=%s", generation, *seen)
            self._store.cache.reset_generation(seen[0], generation)
        self._suspicion = (seen, generation)

    def _complain(self) -> None:
        if not self._has_complained:
            logger.error("cache_of_another_database: nothing is read from it or stored in it; set another REDIS_URL")
        self._has_complained = True

    async def _look_or_wait(self) -> None:
        try:
            await self._store.in_thread(self.look)
            await self._store.in_thread(self._store.repeat_refreshes)
            await self._store.in_thread(self._store.tell_demand)
        except ServerUnavailable:
            with suppress(ServerUnavailable):  # requests report it, and this goes on when the server is back
                await self._store.keep_servers()

    async def _open(self) -> None:
        reason = ""
        while True:
            try:
                return await self._store.open()
            except ViewcountError as error:
                if str(error) != reason:
                    logger.warning("not_ready reason=%s", error)
                reason = str(error)
            await asyncio.sleep(RETRY_SECONDS)
