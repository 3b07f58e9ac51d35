"""The headers of a request by name."""

from starlette.types import Scope


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Names in lower case; a header that came several times has all its values, as one line would."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(lines)
    if len(headers) < len(lines):
        headers = {name: b", ".join(value for each, value in lines if each == name) for name in headers}
    return headers
