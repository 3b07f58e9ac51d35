"""Server CPU of a batch of 100 tracks x 2 services, beside a bare app that gets the same bytes from Redis.

Each round measures both right after one another. Answers are those of 30 days of history.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import redis

from benchmarks.api.client import one_after_another
from benchmarks.api.queries import JSON, TYPED, batches, repeated, shuffled
from benchmarks.api.servers import Server, bare, forget_answers, forget_tracks
from benchmarks.figures import Figure, log

ROUNDS, REQUESTS, CLIENTS = 5, 1500, 4
FRESH_REQUESTS = 300
COLD_TRACKS = 3000
MICROSECONDS = 1e6


def measure(server: Server, url: str) -> list[Figure]:
    """Ratios to the bare app, and milliseconds of a batch that is cold."""
    figures = []
    for name, query, at_most in (("viewCountDataJson", JSON, 5.5), ("typed", TYPED, 52.0)):
        again, fresh = partial(_again, query), partial(shuffled, query, FRESH_REQUESTS)
        figures += _beside_bare(f"{name}, repeated", server, url, again, 1.6)
        figures += _beside_bare(f"{name}, tracks warm", server, url, fresh, at_most)[1:]
    figures.append(_cold(server, url))
    return figures


def _again(query: str, _: int) -> Sequence[bytes]:
    return repeated(query, REQUESTS)


def _beside_bare(
    name: str, server: Server, url: str, requests: Callable[[int], Sequence[bytes]], at_most: float
) -> list[Figure]:
    least, ours = [], []
    with bare(url) as beside:
        for round_ in range(ROUNDS):
            forget_answers(url)
            body = _warm(server, requests(-1)[:1])
            with redis.Redis.from_url(url) as cache:
                cache.set("bare", body)
            least.append(_microseconds(beside, repeated(JSON, REQUESTS)))
            ours.append(_microseconds(server, requests(round_)))
    ratios = tuple(mine / bare_ for mine, bare_ in zip(ours, least, strict=True))
    log(f"api: {name}: {min(ratios):.2f}")
    return [
        Figure(f"bare app, {len(body) / 1000:.0f} kB", tuple(least), "us"),
        Figure(name, tuple(ours), "us"),
        Figure("  beside the bare app", ratios, "x", at_most=at_most),
    ]


def _warm(server: Server, requests: Sequence[bytes]) -> bytes:
    replies = asyncio.run(one_after_another(server.port, [*requests] * 5, 1))
    assert all(reply.is_good for reply in replies), replies[-1].body[:500]
    return replies[-1].body


def _microseconds(server: Server, requests: Sequence[bytes]) -> float:
    asyncio.run(one_after_another(server.port, requests[: CLIENTS * 10], CLIENTS))
    before = server.cpu_seconds
    asyncio.run(one_after_another(server.port, requests, CLIENTS))
    return (server.cpu_seconds - before) / len(requests) * MICROSECONDS


def _cold(server: Server, url: str) -> Figure:
    rounds = []
    for _ in range(ROUNDS):
        forget_tracks(url)
        replies = asyncio.run(one_after_another(server.port, batches(JSON, COLD_TRACKS), 1))
        rounds.append(sum(reply.seconds for reply in replies) / len(replies) * 1000)
    return Figure("all cold: 100 tracks x 30 days x 2 services, from request to answer", tuple(rounds), "ms", 25)
