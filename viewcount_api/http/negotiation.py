"""Which media type and which content coding a client gets, by RFC 9110 and GraphQL over HTTP."""

from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import TypeVar

KEPT = 256
KEPT_BYTES = 1000
# What costs least to make and to read comes first.
CODINGS = ("zstd", "br", "gzip")
PAGE = "text/html"

T = TypeVar("T")


class Media(Enum):
    """What an answer may be written as."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"
    EVENTS = "text/event-stream"


WHOLE = (Media.JSON, Media.GRAPHQL)


def _remembering(parse: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Headers repeat from request to request; one too long to be an ordinary one is not remembered."""
    remembered = lru_cache(KEPT)(parse)
    return lambda header: remembered(header) if len(header) <= KEPT_BYTES else parse(header)


@_remembering
def acceptable_media(accept: bytes) -> Media | None:
    """The best for this Accept header, None when there is none; without a header any will do, and JSON is the oldest.

    Of equals the one named more exactly is better, then `application/graphql-response+json`. A stream is what is
    left for a client that takes nothing else.
    """
    ranges = dict(_weighted(accept))
    if not ranges:
        return Media.JSON
    weights = {media: _weight(media.value, ranges) for media in WHOLE}
    best = max(weights, key=lambda media: (*weights[media], _is_preferred(media, weights[media][1])))
    if weights[best][0] > 0:
        return best
    return Media.EVENTS if accepts_events(accept) else None


@_remembering
def accepts_events(accept: bytes) -> bool:
    """Whether the client takes an event stream; it has to name it."""
    return dict(_weighted(accept)).get(Media.EVENTS.value, 0.0) > 0


@_remembering
def wants_page(accept: bytes) -> bool:
    """Whether a page for people is what the client likes best."""
    weights = dict(_weighted(accept))
    return weights.get(PAGE, 0.0) > max((_weight(media.value, weights)[0] for media in WHOLE), default=0.0)


@_remembering
def acceptable_coding(accept_encoding: bytes) -> str | None:
    """The coding to use for this Accept-Encoding header; None for the body as it is."""
    weights = dict(_weighted(accept_encoding))
    if not weights:
        return None
    others = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


@_remembering
def forbids_identity(accept_encoding: bytes) -> bool:
    """Whether the body may not be sent as it is."""
    weights = dict(_weighted(accept_encoding))
    return weights.get("identity", weights.get("*", 1.0)) == 0


@_remembering
def is_json(content_type: bytes) -> bool:
    """Whether a body of this Content-Type is JSON in UTF-8."""
    kind, *parameters = (part.strip() for part in content_type.decode("latin-1").lower().split(";"))
    charsets = [value.strip('"') for name, _, value in map(_halves, parameters) if name == "charset"]
    return kind == Media.JSON.value and all(charset in ("utf-8", "utf8") for charset in charsets)


def _weighted(header: bytes) -> Iterator[tuple[str, float]]:
    """Each element with its weight; one whose weight is no number does not count."""
    for element in header.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        weights = [value for key, _, value in map(_halves, parameters) if key == "q"]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
        if name and 0 <= weight <= 1:
            yield name, weight


def _halves(parameter: str) -> tuple[str, str, str]:
    name, sign, value = parameter.partition("=")
    return name.strip(), sign, value.strip()


def _weight(name: str, ranges: dict[str, float]) -> tuple[float, int]:
    """The weight of the most exact range that covers a media type, and how exact it is."""
    family = f"{name.partition('/')[0]}/*"
    for exactness, covering in ((2, name), (1, family), (0, "*/*")):
        if covering in ranges:
            return ranges[covering], exactness
    return 0.0, 0


def _is_preferred(media: Media, exactness: int) -> bool:
    return media is (Media.GRAPHQL if exactness == 2 else Media.JSON)
