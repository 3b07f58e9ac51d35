"""Reads ALERT_URLS: which channels there are, and from which severity on each of them is told.

    slack://token/token/token/#counts, error=mailto://user:password@example.com

One Apprise URL a channel, parted by commas or white space. A severity before it keeps lesser messages from it. What
makes a URL right for its service, only Apprise knows; here it needs a scheme and something behind it.
"""

import re
from collections import Counter
from dataclasses import dataclass

from pydantic import SecretStr

from viewcount_core.severity import Severity

_ENTRY = re.compile(r"(?:(?P<severity>[a-z_]+)=)?(?P<url>(?P<scheme>[a-z][a-z0-9+.-]*)://\S+)", re.IGNORECASE)
# A comma or a space inside of a URL does not part two: what follows has to begin like an entry.
_SEPARATOR = re.compile(r"[\s,]+(?=(?:[a-z_]+=)?[a-z][a-z0-9+.-]*://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AlertUrl:
    """One channel. `name` is its scheme, numbered where there are several: it says nothing that the URL hides.

    The name stays when a token in the URL is replaced, so that what waits for the channel goes to the new address.
    """

    name: str
    least: Severity
    url: SecretStr


def parse_alert_urls(text: str) -> tuple[AlertUrl, ...]:
    """The channels in the order given; raise `ValueError`, which names an entry by its place and never shows it."""
    entries = [entry for entry in _SEPARATOR.split(text.strip().strip(",")) if entry.strip()]
    taken: Counter[str] = Counter()
    return tuple(_parse(number, entry.strip(), taken) for number, entry in enumerate(entries, start=1))


def _parse(number: int, entry: str, taken: Counter[str]) -> AlertUrl:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise ValueError(f"entry {number} is not of the form scheme://... or severity=scheme://...")
    try:
        least = Severity((match["severity"] or Severity.INFO).lower())
    except ValueError:
        raise ValueError(f"entry {number} begins with no severity: {', '.join(Severity)}") from None
    scheme = match["scheme"].lower()
    taken[scheme] += 1
    name = scheme if taken[scheme] == 1 else f"{scheme}-{taken[scheme]}"
    return AlertUrl(name, least, SecretStr(match["url"]))
