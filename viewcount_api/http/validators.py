"""Entity tags: strong ones, made from the bytes that are sent, and how a client's own are compared."""

from hashlib import blake2b

TAG_BYTES = 16


def entity_tag(body: bytes, coding: str | None) -> bytes:
    """The strong tag of this body in this coding; each coding has its own, as RFC 9110 wants (8.8.3.3)."""
    digest = blake2b(body, digest_size=TAG_BYTES).hexdigest()
    return (f'"{digest}-{coding}"' if coding else f'"{digest}"').encode()


def is_matched(tag: bytes, if_none_match: bytes) -> bool:
    """Whether the client has these bytes: If-None-Match compares weakly, so that a proxy's `W/` does not matter."""
    if if_none_match.strip() == b"*":
        return True
    return tag in (part.strip().removeprefix(b"W/") for part in if_none_match.split(b","))
