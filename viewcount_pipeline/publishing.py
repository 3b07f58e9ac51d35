"""Shows readers what changed: the next generation in PostgreSQL first, then in the cache."""

import logging
from dataclasses import dataclass
from typing import Any

from viewcount_core.cache import Cache
from viewcount_core.database import Database
from viewcount_core.errors import ServerUnavailable
from viewcount_core.ownership import Claim, identity_of
from viewcount_core.servers import redis_url
from viewcount_core.settings import Settings
from viewcount_core.warming import warm
from viewcount_pipeline.rankings import rank_tracks

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Publication:
    """The generation readers see now, tracks whose numbers changed since the last one, tracks warmed.

    `reached_cache` is False when the cache was away: its entries are dropped by the next publication, or by the
    API when it notices.
    """

    generation: int
    changed: int
    warmed: int
    reached_cache: bool

    def figures(self) -> dict[str, Any]:
        """What the Dagster UI shows."""
        return {
            "generation": self.generation,
            "tracks_changed": self.changed,
            "tracks_warmed": self.warmed,
            "cache": "refreshed" if self.reached_cache else "could not be reached",
        }


def publish(database: Database, settings: Settings, run_id: str) -> Publication:
    """Publish what waits. Call it while nobody else writes below the log; raise `ServerUnavailable` for PostgreSQL."""
    with database.transaction() as tx:
        if tx.run("pipeline/insert_publication", run_id=run_id).rowcount:
            rank_tracks(tx)
        generation = tx.row("pipeline/latest_publication")["generation"]
        changed = [row["isrc"] for row in tx.rows("pipeline/unpublished_tracks")]
    cache = _open_cache(database, settings, generation)
    if cache is None:
        return Publication(generation, len(changed), 0, reached_cache=False)
    try:
        reached = cache.publish_generation(generation, changed)
        warmed = _forget_and_warm(database, cache, settings, changed) if reached else 0
    finally:
        cache.close()
    return Publication(generation, len(changed), warmed, reached)


def _forget_and_warm(database: Database, cache: Cache, settings: Settings, changed: list[str]) -> int:
    with database.transaction() as tx:
        tx.run("pipeline/delete_unpublished_tracks", isrcs=changed)
        played = [row["isrc"] for row in tx.rows("pipeline/most_played_tracks", first=settings.cache_warm_tracks)]
    # Where too few were asked for to tell, the most played are the likeliest.
    wanted = dict.fromkeys(cache.demand.most_asked(settings.cache_warm_tracks) + played)
    return warm(database, cache, list(wanted)[: settings.cache_warm_tracks])


def _open_cache(database: Database, settings: Settings, generation: int) -> Cache | None:
    """The cache, unless it is away or another database's; emptied when it was left by one."""
    try:
        cache = Cache(redis_url(settings))
    except ServerUnavailable:
        return None
    claim = cache.ownership.claim(identity_of(database))
    if claim is Claim.TAKEN and (seen := cache.generations()):
        cache.reset_generation(seen[0], generation)
    if claim is not Claim.FOREIGN:
        return cache
    logger.error("cache_of_another_database: nothing is published there; set another REDIS_URL")
    cache.close()
    return None
