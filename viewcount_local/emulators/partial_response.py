"""Google's `fields` parameter: which parts of an answer are sent, like `items(id,statistics/viewCount)`."""

import re
from functools import lru_cache
from typing import Any

Selection = dict[str, "Selection"]

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[/(),]")


class InvalidFields(ValueError):
    """A `fields` parameter that cannot be read."""


@lru_cache(64)
def parse_fields(fields: str) -> Selection:
    """The tree of names asked for; an empty tree below a name means all of it. Raise `InvalidFields`."""
    tokens = _TOKEN.findall(fields)
    if "".join(tokens) != fields:
        raise InvalidFields(fields)
    tokens.append("")
    selection = _take_list(tokens)
    if tokens != [""]:
        raise InvalidFields(fields)
    return selection


def select(value: Any, selection: Selection) -> Any:
    """The parts of `value` that `selection` names, lists taken item by item."""
    if not selection or "*" in selection:
        return value
    if isinstance(value, list):
        return [select(item, selection) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: select(value[name], below) for name, below in selection.items() if name in value}


def _take_list(tokens: list[str]) -> Selection:
    selection = _take_entry(tokens)
    while tokens[0] == ",":
        tokens.pop(0)
        selection |= _take_entry(tokens)
    return selection


def _take_entry(tokens: list[str]) -> Selection:
    name = tokens.pop(0)
    if not name or name in "/(),":
        raise InvalidFields("a name is missing")
    if tokens[0] == "/":
        tokens.pop(0)
        return {name: _take_entry(tokens)}
    if tokens[0] != "(":
        return {name: {}}
    tokens.pop(0)
    below = _take_list(tokens)
    if tokens.pop(0) != ")":
        raise InvalidFields("a bracket is open")
    return {name: below}
