"""What Prometheus is told of this process: every metric there is, with its labels.

Labels take few values, whatever clients send: an operation is named by the field of the schema that it asks for, not
by the name its sender gave it. What is used for every request has its labels bound beforehand, for binding costs more
than counting.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from math import nan

from prometheus_client import Counter, Gauge, Histogram

from viewcount_core import clock
from viewcount_core.cache_keys import KINDS

REQUEST_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
SQL_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

OK = "OK"
# A whole answer is a kind of entry too, though one of the API alone.
ENTRY_KINDS = (*(kind.prefix for kind in KINDS), "gql_response")

requests = Counter(
    "viewcount_api_requests",
    "GraphQL requests by root field (`several`, `introspection`, `none`) and OK or the code of the first error.",
    ["operation", "outcome"],
)
request_seconds = Histogram(
    "viewcount_api_request_seconds",
    "From the last byte of a GraphQL request to the first of its answer.",
    ["operation"],
    buckets=REQUEST_SECONDS,
)
in_flight = Gauge(
    "viewcount_api_requests_in_flight",
    "GraphQL requests being answered.",
    multiprocess_mode="livesum",
)
responses = Counter(
    "viewcount_api_responses",
    "HTTP responses, of every kind, by status.",
    ["status"],
)
cache_reads = Counter(
    "viewcount_api_cache_reads",
    "Entries looked for in the cache, by kind (the beginning of their keys) and whether they were there.",
    ["kind", "result"],
)
fallbacks = Counter(
    "viewcount_api_fallbacks",
    "Requests whose entries were read from PostgreSQL because the cache was away.",
)
flight_joins = Counter(
    "viewcount_api_single_flight_joins",
    "Readings of PostgreSQL saved, since another request was just making the same one.",
)
cache_away = Gauge(
    "viewcount_api_cache_away",
    "Workers that cannot reach the cache at present.",
    multiprocess_mode="livesum",
)
sql_seconds = Histogram(
    "viewcount_api_sql_seconds",
    "Time of the statements of sql/, connection included, by name.",
    ["statement"],
    buckets=SQL_SECONDS,
)
generation = Gauge(
    "viewcount_api_generation",
    "Generation of what readers see.",
    multiprocess_mode="max",
)
generation_published = Gauge(
    "viewcount_api_generation_published_timestamp_seconds",
    "When it was published.",
    multiprocess_mode="max",
)
generation_age = Gauge(
    "viewcount_api_generation_age_seconds",
    "Time since then, as of this reading.",
    multiprocess_mode="mostrecent",
)
subscribers = Gauge(
    "viewcount_api_subscribers",
    "Subscriptions that are open.",
    multiprocess_mode="livesum",
)
persisted_queries = Counter(
    "viewcount_api_persisted_queries",
    "Persisted queries looked for, by whether they were known.",
    ["result"],
)
rate_limited = Counter(
    "viewcount_api_rate_limited",
    "Requests refused because their sender sent too many, by what was limited.",
    ["limit"],
)
page_errors = Counter(
    "viewcount_api_page_errors",
    "Script errors that the page reported.",
)

cache_hits = {kind: cache_reads.labels(kind, "hit") for kind in ENTRY_KINDS}
cache_misses = {kind: cache_reads.labels(kind, "miss") for kind in ENTRY_KINDS}


def count_answer(operation: str, outcome: str, seconds: float) -> None:
    """One GraphQL request was answered; `operation` and `outcome` come from closed lists."""
    counter, histogram = _bound(operation, outcome)
    counter.inc()
    histogram.observe(seconds)


def note_generation(number: int, published_at: datetime) -> None:
    """This is the newest generation that this process knows of."""
    generation.set(number)
    generation_published.set(published_at.timestamp())


def note_age() -> None:
    """How old that generation is now; called when somebody reads."""
    published = next(iter(generation_published.collect())).samples[0].value
    generation_age.set(clock.utc_now().timestamp() - published if published else nan)


@contextmanager
def sql_time(statement: str) -> Iterator[None]:
    """Time what runs the statement `sql/<statement>.sql`, a failure included."""
    began = time.perf_counter()
    try:
        yield
    finally:
        sql_seconds.labels(statement).observe(time.perf_counter() - began)


@cache
def _bound(operation: str, outcome: str) -> tuple[Counter, Histogram]:
    return requests.labels(operation, outcome), request_seconds.labels(operation)
