"""The headers of a request by name."""

from starlette.types import Scope


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Names in lower case; a header that came several times has all its values, as one line would."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(lines)
    if len(headers) == len(lines):
        return headers
    values: dict[bytes, list[bytes]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    return {name: b", ".join(each) for name, each in values.items()}
