"""The id of a request: its sender's, or one made here; in the answer's head, in the log and in hidden errors."""

import re
import secrets
from contextvars import ContextVar

FORM = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")

current: ContextVar[str] = ContextVar("request_id", default="")


def request_id(sent: bytes | None) -> str:
    """The X-Request-ID that came, if it is 8 to 64 harmless characters, else a new one; errors from now on carry it."""
    own = sent.decode("ascii") if sent and FORM.fullmatch(sent) else secrets.token_hex(8)
    current.set(own)
    return own
