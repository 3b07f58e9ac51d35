"""Which pages of other origins may read the answers (the Fetch standard's CORS protocol)."""

from collections.abc import Sequence

ANY = "*"
PREFLIGHT_SECONDS = 86_400
METHODS = b"GET, HEAD, POST, OPTIONS"
EXPOSED = b"etag, retry-after, x-request-id"
# What a GraphQL client sets when nothing is asked for by name.
REQUESTED = b"accept, authorization, content-type, x-api-key, x-request-id"


class Cors:
    """The origins that are allowed; none unless the operator names some."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._allows_any = ANY in origins
        self._origins = frozenset(origin.encode() for origin in origins)
        # Where the answer depends on who asks, whoever keeps it has to know.
        self.varies = bool(origins) and not self._allows_any

    def headers(self, origin: bytes | None) -> list[tuple[bytes, bytes]]:
        """What an answer to a page of this origin carries."""
        if not self.allows(origin):
            return []
        return [
            (b"access-control-allow-origin", b"*" if self._allows_any else origin or b""),
            (b"access-control-expose-headers", EXPOSED),
        ]

    def preflight(self, origin: bytes | None, requested: bytes | None) -> list[tuple[bytes, bytes]]:
        """What the answer to a preflight request carries; `requested` are the headers that the page wants to set."""
        if not self.allows(origin):
            return []
        return [
            *self.headers(origin),
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", requested or REQUESTED),
            (b"access-control-max-age", b"%d" % PREFLIGHT_SECONDS),
        ]

    def allows(self, origin: bytes | None) -> bool:
        """Whether pages of this origin may read answers."""
        return origin is not None and (self._allows_any or origin in self._origins)
