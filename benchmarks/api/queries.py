"""The requests that are measured: a hundred tracks of two services."""

import random
from collections.abc import Sequence

from benchmarks.api.client import graphql

JSON = "query Batch($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { viewCountDataJson } }"
TYPED = """query Typed($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) {
    isrc viewCounts { service current lastUpdated } } }"""
BATCH = 100


def isrcs_from(first: int, count: int = BATCH) -> list[str]:
    """The tracks of `benchmarks.history`, by number."""
    return [f"QZVCT{number:07}" for number in range(first, first + count)]


def shuffled(query: str, requests: int, seed: int, first: int = 0) -> list[bytes]:
    """The same tracks in ever another order, which is another answer every time."""
    order = random.Random(seed)
    return [graphql(query, isrcs=order.sample(isrcs_from(first), BATCH)) for _ in range(requests)]


def repeated(query: str, requests: int, first: int = 0) -> list[bytes]:
    """One request over and over."""
    return [graphql(query, isrcs=isrcs_from(first))] * requests


def batches(query: str, tracks: int) -> Sequence[bytes]:
    """Every track once, in batches."""
    return [graphql(query, isrcs=isrcs_from(first)) for first in range(0, tracks - BATCH + 1, BATCH)]
