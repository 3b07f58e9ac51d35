"""Play counts as Spotify writes them, read strictly: a number that is not certain is none."""

import re
from dataclasses import dataclass

from viewcount_core.records import Status

# Unlike a chain of single groups, the back-reference refuses "1,234.567": one number has one kind of separator.
_GROUPED = re.compile("[1-9][0-9]{0,2}(?:([.,\u00a0\u202f\u2009 ])[0-9]{3}(?:\\1[0-9]{3}){0,4})?")
_PLAIN = re.compile(r"0|[1-9][0-9]{0,14}")
_BELOW = re.compile(r"<\s?[0-9][0-9.,\s]*")
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?\s?(?:[KMBkmb]|Mio|Mrd|Tsd|mil|mln)\.?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page says of one track; `view_count` is set exactly when `status` is ok."""

    status: Status
    view_count: int | None = None
    reason: str | None = None
    raw_text: str | None = None


def read_count(text: str) -> Reading:
    """The count in `text`: ok, `below_threshold` for "<1,000", else `parse_error` with the text as evidence.

    Groups of three digits may be parted by comma, dot, or a plain, no-break, narrow no-break or thin space.
    """
    stripped = text.strip()
    if _GROUPED.fullmatch(stripped) or _PLAIN.fullmatch(stripped):
        return Reading(Status.OK, int(re.sub("[^0-9]", "", stripped)), raw_text=text)
    if _BELOW.fullmatch(stripped):
        return Reading(Status.BELOW_THRESHOLD, reason="Spotify shows only an upper bound", raw_text=text)
    rounded = _ROUNDED.fullmatch(stripped)
    return Reading(
        Status.PARSE_ERROR, reason="the count is rounded" if rounded else "the count is no number", raw_text=text
    )
