"""When to leave Spotify in peace: too many pages in a row that refuse or say nothing."""

from viewcount_core.errors import SourceError, SourceRejected, SourceUnavailable
from viewcount_core.records import Service, Status
from viewcount_pipeline.sources.spotify_count import Reading

REFUSALS = 5
SILENCES = 10
"""Pages in a row that did not come or not render; a short failure of the network hits several tabs at once."""
_PERMANENT = frozenset({"HTTP 401", "HTTP 403", "captcha"})


class StopRule:
    """Counts failures in a row; any page that answers, whatever it says, starts the count again."""

    def __init__(self, tabs: int) -> None:
        self.stopped_by: SourceError | None = None
        self._silences_to_stop = max(SILENCES, 2 * tabs)
        self._refusals = self._silences = 0

    def note(self, reading: Reading | None) -> None:
        """Take one page into account, in the order in which they were read; None is an album page with its rows."""
        if reading is None:
            self._refusals = self._silences = 0
            return
        if reading.status is Status.BLOCKED:
            self._refusals += 1
        elif is_silence(reading):
            self._silences += 1
        else:
            self._refusals = self._silences = 0
        self.stopped_by = self.stopped_by or self._verdict(reading)

    def _verdict(self, reading: Reading) -> SourceError | None:
        if self._refusals >= REFUSALS:
            kind = SourceRejected if reading.reason in _PERMANENT else SourceUnavailable
            return kind(Service.SPOTIFY, f"refused {self._refusals} pages in a row (last: {reading.reason})")
        if self._silences >= self._silences_to_stop:
            return SourceUnavailable(
                Service.SPOTIFY, f"{self._silences} pages in a row without an answer (last: {reading.reason})"
            )
        return None


def is_silence(reading: Reading) -> bool:
    """Whether the page said nothing, which is no answer and no refusal."""
    return reading.status in (Status.TIMEOUT, Status.ERROR) or (
        reading.status is Status.PARSE_ERROR and reading.raw_text is None
    )
