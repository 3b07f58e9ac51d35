"""What an emulator gets wrong, how often, and when: decided by hash, so the same seed misbehaves in the same places."""

from collections.abc import Mapping
from hashlib import blake2b

from viewcount_core.errors import ConfigurationError
from viewcount_core.records import Service

YOUTUBE_FAULTS = {
    "unavailable": "the video is missing from the answer: deleted, private or blocked",
    "hidden": "the owner hides the count: the video has no viewCount",
    "stale": "the count is that of three days ago",
    "zero": "the count is 0 although it was more before",
    "garbled": "the count is no plain number",
    "quota": "the day's quota is spent: 403 quotaExceeded",
    "rate_limit": "403 rateLimitExceeded or 429 with Retry-After",
    "server_error": "500, 502 or 503",
    "timeout": "no answer comes while the client waits",
    "disconnect": "the connection is closed without an answer",
    "truncated": "the body ends before its JSON does",
    "reordered": "the items come in another order and one comes twice",
    "failed_stats": "batchGetStats names the video as failed although it exists",
    "key_invalid": "the key is refused: 400 keyInvalid",
}
SPOTIFY_FAULTS = {
    "not_found": 'the page says "Page not found"',
    "blocked": "403 or 429 instead of the page",
    "captcha": "a captcha instead of the page",
    "empty_shell": "the page without its application",
    "consent_banner": "a consent banner covers the page",
    "never_rendered": "the number never appears",
    "slow": "the number appears ten times as late",
    "missing_number": "the page shows the track without a number",
    "row_missing": "the album's page lacks the track",
    "rounded": 'the number is rounded, like "1.2M"',
    "below_threshold": 'the page says "<1,000"',
    "other_locale": "the number is grouped as in another language",
    "stale_dom": "the page first shows another track's number",
    "wrong_track": "the page is that of another track",
    "lost_digits": "the number lacks its last digit group",
    "zero": "the page says 0",
    "stale": "the count is that of three days ago",
    "crash": "the page crashes the browser's tab",
    "hang": "the page's script never ends, so its tab answers nothing",
    "server_error": "500, 502 or 503 instead of the page",
}
FAULTS = {Service.YOUTUBE: YOUTUBE_FAULTS, Service.SPOTIFY: SPOTIFY_FAULTS}
"""Kinds of each service with what they do; a kind of one service leaves the other alone."""


class Faults:
    """Which of the asked occasions misbehave: a share `rates[kind]` of them, chosen by `seed`.

    Raise `ConfigurationError` for an unknown kind or a rate outside 0 to 1.
    """

    def __init__(self, rates: Mapping[str, float] | None = None, seed: int = 1) -> None:
        self._rates = {kind: _checked(kind, rate) for kind, rate in (rates or {}).items()}
        self._seed = seed

    def hits(self, kind: str, *what: object) -> bool:
        """Whether `what` (a page, a day, the number of a request) misbehaves in this way; always the same answer."""
        rate = self._rates.get(kind, 0.0)
        if rate in (0.0, 1.0):
            return rate == 1.0
        return self.share(kind, *what) < rate

    def share(self, kind: str, *what: object) -> float:
        """The number in 0 to 1 (1 excluded) behind `hits`, for choosing among several ways to misbehave."""
        text = "/".join(map(str, (self._seed, kind, *what)))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def _checked(kind: str, rate: float) -> float:
    if not any(kind in kinds for kinds in FAULTS.values()):
        known = "; ".join(f"{service.label}: {', '.join(kinds)}" for service, kinds in FAULTS.items())
        raise ConfigurationError(
            f"EMULATOR_FAULTS: {kind!r} is no kind of fault; a valid value is EMULATOR_FAULTS=unavailable=0.01 "
            f"with the kinds of {known}"
        )
    if not 0 <= rate <= 1:
        raise ConfigurationError(
            f"EMULATOR_FAULTS: {kind}={rate:g} is no share of answers (0 to 1); a valid value is "
            f"EMULATOR_FAULTS={kind}=0.01"
        )
    return rate
