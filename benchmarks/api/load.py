"""Latency at a fixed rate: warm, cold, and while Redis or PostgreSQL is killed."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import text

from benchmarks.api.client import Reply, at_rate, graphql, percentile
from benchmarks.api.queries import BATCH, JSON, isrcs_from
from benchmarks.api.servers import Server, forget_tracks
from benchmarks.figures import Figure
from viewcount_core.database import Database

ROUNDS, SECONDS = 3, 8
RATE, RATE_WITHOUT_CACHE = 100, 50
TRACKS = 5000
KILLED_AFTER = 3.0


def measure(server: Server, url: str) -> list[Figure]:
    """95th percentiles at 100 batches a second, with everything in the cache and with nothing."""
    warm, cold = [], []
    for round_ in range(ROUNDS):
        asyncio.run(at_rate(server.port, _known(), RATE))
        warm.append(percentile(asyncio.run(at_rate(server.port, _chosen(_known(), RATE, round_), RATE)), 0.95))
        cold.append(percentile(_all_cold(server, url, round_), 0.95))
    return [
        Figure(f"p95 at {RATE} batches/s, warm", tuple(warm), "ms", at_most=30),
        Figure(f"p95 at {RATE} batches/s, all cold", tuple(cold), "ms", at_most=100),
    ]


def measure_without_redis(server: Server, kill: Callable[[], None]) -> list[Figure]:
    """Redis is killed in the middle of it, once: it stays away."""
    asyncio.run(at_rate(server.port, _known(), RATE))
    requests = _chosen(_known(), RATE_WITHOUT_CACHE, 1)
    replies = asyncio.run(at_rate(server.port, requests, RATE_WITHOUT_CACHE, _later(kill)))
    bad = sum(not reply.is_good for reply in replies)
    return [
        Figure(f"Redis killed at {RATE_WITHOUT_CACHE} batches/s: answers with an error", (bad,), "", at_most=0),
        Figure("  p95", (percentile(replies, 0.95),), "ms", at_most=100),
    ]


def measure_without_postgresql(server: Server, database: Database) -> list[Figure]:
    """Nobody may connect any more and every connection is ended, in the middle of it."""
    asyncio.run(at_rate(server.port, _known(), RATE))
    known = _known()
    new = [graphql(JSON, isrcs=isrcs_from(10_000 + number * BATCH)) for number in range(SECONDS * RATE)]
    requests = [each for pair in zip(_chosen(known, RATE, 2), new, strict=True) for each in pair]
    try:
        requests = requests[: SECONDS * RATE]
        replies = asyncio.run(at_rate(server.port, requests, RATE, _later(lambda: _close(database))))
    finally:
        _open(database)
    cached, others = _apart(replies, requests, set(known))
    lost = others[len(others) * 3 // 4 :]  # well after it went
    return [
        Figure("PostgreSQL killed: cached answers that failed", (sum(not each.is_good for each in cached),), "", 0),
        Figure("  p95 of cached answers", (percentile(cached, 0.95),), "ms", at_most=100),
        Figure("  other answers without a code", (sum(not each.is_coded for each in lost),), "", at_most=0),
        Figure("  longest of them", (percentile(lost, 1.0),), "ms", at_most=5000),
    ]


def _known() -> list[bytes]:
    return [graphql(JSON, isrcs=isrcs_from(first)) for first in range(0, TRACKS, BATCH)]


def _chosen(known: Sequence[bytes], rate: int, seed: int) -> list[bytes]:
    return random.Random(seed).choices(known, k=SECONDS * rate)


def _all_cold(server: Server, url: str, seed: int) -> list[Reply]:
    # Every track once: no request finds anything, until there are no more tracks.
    forget_tracks(url)
    return asyncio.run(at_rate(server.port, random.Random(seed).sample(_known(), TRACKS // BATCH), RATE))


def _later(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def wait_and_act() -> None:
        await asyncio.sleep(KILLED_AFTER)
        await asyncio.to_thread(act)

    return wait_and_act


def _apart(replies: Sequence[Reply], requests: Sequence[bytes], known: set[bytes]) -> tuple[list[Reply], list[Reply]]:
    pairs = list(zip(replies, requests, strict=True))
    cached = [reply for reply, request in pairs if request in known]
    return cached, [reply for reply, request in pairs if request not in known]


def _close(database: Database) -> None:
    name = database.url.database
    _administer(database, f'alter database "{name}" with allow_connections false')
    _administer(database, f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")


def _open(database: Database) -> None:
    _administer(database, f'alter database "{database.url.database}" with allow_connections true')


def _administer(database: Database, statement: str) -> None:
    beside = Database(database.url.set(database="postgres"))
    with beside.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    beside.close()
