"""A day of a site with 5,000 tracks and 50 playlists, replayed in minutes, and the memory of its worker.

Most pages ask for a playlist of a hundred tracks, the popular ones far more often; the others for one track. Lifetimes
run by the clock, so what would not have lived as long is dropped as the day goes by: all of it every half hour, as
that is the life of answers and of finished JSON.
"""

import asyncio
import random
import urllib.request

from benchmarks.api.client import graphql, one_after_another
from benchmarks.api.queries import BATCH, JSON, isrcs_from
from benchmarks.api.servers import Server, forget_tracks
from benchmarks.figures import Figure, log

HALF_HOURS, REQUESTS = 48, 100_000
PLAYLISTS, TRACKS, CLIENTS = 50, 5000, 4
SINGLE_SHARE = 0.2
READINGS = 'viewcount_api_sql_seconds_count{statement="api/track_views_by_isrcs"}'
MISSES = 'viewcount_api_cache_reads_total{kind="gql_view_data",result="miss"}'


def measure(server: Server, url: str, requests: int = REQUESTS) -> list[Figure]:
    """Percent of the tracks that were in the cache; megabytes at the end, and those of its second half."""
    order, sizes, asked = random.Random(1), [], 0
    before = {name: _counted(server, name) for name in (READINGS, MISSES)}
    for half_hour in range(HALF_HOURS):
        forget_tracks(url)
        pages = [_page(order) for _ in range(requests // HALF_HOURS)]
        asked += sum(page.count(b"QZVCT") for page in pages)
        replies = asyncio.run(one_after_another(server.port, pages, CLIENTS))
        assert all(reply.is_good for reply in replies)
        sizes.append(server.megabytes)
        if half_hour % 8 == 0:
            log(f"api: half hour {half_hour} of the day: {sizes[-1]:.0f} MB")
    missed = {name: _counted(server, name) - count for name, count in before.items()}
    return [
        Figure(
            f"hit rate of tracks, {requests:,} requests a day", (100 - 100 * missed[MISSES] / asked,), "%", None, 95
        ),
        Figure("  requests that needed no SQL", (100 - 100 * missed[READINGS] / requests,), "%"),
        Figure("memory of the worker after them", (sizes[-1],), "MB", at_most=200),
        Figure("  growth over the second half of them", (sizes[-1] - sizes[HALF_HOURS // 2],), "MB", at_most=10),
    ]


def _page(order: random.Random) -> bytes:
    if order.random() < SINGLE_SHARE:
        return graphql(JSON, isrcs=isrcs_from(order.randrange(TRACKS), 1))
    playlist = min(int(order.paretovariate(0.8)) - 1, PLAYLISTS - 1)
    return graphql(JSON, isrcs=isrcs_from(playlist * BATCH))


def _counted(server: Server, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))
