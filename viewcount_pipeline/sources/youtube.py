"""View counts of YouTube videos as of now: one observation a target, and no number that YouTube did not say."""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from viewcount_core import clock
from viewcount_core.errors import QuotaExhausted, SourceError
from viewcount_core.records import Observation, Service, Status, Target
from viewcount_pipeline.catalog.identifiers import YOUTUBE_ID
from viewcount_pipeline.sources.asking import Asking, QuotaLedger, Reply
from viewcount_pipeline.sources.patience import Patience
from viewcount_pipeline.sources.youtube_api import MOST_IDS, AnswerTimeout, YouTubeApi

_COUNT = re.compile(r"0|[1-9][0-9]{0,18}")
_GREATEST_COUNT = 2**63 - 1
_SHOWN_LETTERS = 200


class YouTubeSource:
    """Asks `videos.list`, or `videos.batchGetStats` first and `videos.list` for what that leaves open."""

    def __init__(
        self,
        api_key: str,
        ledger: QuotaLedger,
        *,
        base_url: str | None = None,
        concurrency: int = 12,
        batch_stats: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self._api_key = api_key
        self._ledger = ledger
        self._base_url = base_url
        self._concurrency = concurrency
        self._batch_stats = batch_stats
        self._patience = patience or Patience()
        self.stopped_by: SourceError | None = None

    def observe(self, targets: Sequence[Target], deadline: datetime) -> Generator[list[Observation]]:
        """Lists of observations as answers arrive, in total one for every target; nothing is asked after `deadline`.

        A video of several targets is asked for once. `stopped_by` tells afterwards why the rest was deferred:
        `QuotaExhausted`, `SourceRejected` (a person must act), `SourceUnavailable` (YouTube is down), else None.
        """
        self.stopped_by = None
        wanted, malformed = _by_video(targets)
        if malformed:
            yield [
                _observation(target, clock.utc_now(), Status.ERROR, "is no YouTube video id") for target in malformed
            ]
        timeout = self._patience.timeout_seconds
        with YouTubeApi(self._api_key, base_url=self._base_url, timeout_seconds=timeout) as api:
            open_ids = list(wanted)
            if self._batch_stats:
                open_ids = yield from self._observe_stats(api, wanted, deadline)
            asking = self._asking(api.list_videos, deadline)
            for reply in asking.replies(_groups(open_ids), self._concurrency):
                yield [seen for video in reply.ids for seen in _observations(wanted[video], video, reply)]
        self.stopped_by = asking.stopped_by

    def _observe_stats(
        self, api: YouTubeApi, wanted: dict[str, list[Target]], deadline: datetime
    ) -> Generator[list[Observation], None, list[str]]:
        """Yield what batchGetStats gave a count for; return the ids it did not, for whatever reason."""
        open_ids: list[str] = []
        asking = self._asking(api.batch_get_stats, deadline)
        for reply in asking.replies(_groups(wanted), self._concurrency):
            counts = reply.counts or {}
            open_ids += [video for video in reply.ids if counts.get(video) is None]
            answered = [video for video in reply.ids if counts.get(video) is not None]
            yield [seen for video in answered for seen in _observations(wanted[video], video, reply)]
        return open_ids

    def _asking(self, method: Any, deadline: datetime) -> Asking:
        return Asking(Service.YOUTUBE, method, self._ledger, self._patience, deadline)


def _by_video(targets: Iterable[Target]) -> tuple[dict[str, list[Target]], list[Target]]:
    wanted: dict[str, list[Target]] = {}
    malformed = []
    for target in targets:
        # A comma in an id would make one question into two, and 50 into more than may be asked.
        if YOUTUBE_ID.fullmatch(target.source_id):
            wanted.setdefault(target.source_id, []).append(target)
        else:
            malformed.append(target)
    return wanted, malformed


def _groups(ids: Iterable[str]) -> list[tuple[str, ...]]:
    every = tuple(ids)
    return [every[start : start + MOST_IDS] for start in range(0, len(every), MOST_IDS)]


def _observations(targets: Iterable[Target], video: str, reply: Reply) -> Iterator[Observation]:
    status, count, reason, raw_text = _judge(video, reply)
    for target in targets:
        yield _observation(target, reply.asked_at, status, reason, count, raw_text)


def _judge(video: str, reply: Reply) -> tuple[Status, int | None, str | None, str | None]:
    """Status, count, reason and raw text of one video's part in a reply."""
    if reply.error:
        return _failure_status(reply.error), None, str(reply.error), None
    if reply.counts is None:
        return Status.DEFERRED, None, reply.reason, None
    if video not in reply.counts:
        return Status.UNAVAILABLE, None, "missing from the answer: deleted, private or blocked", None
    raw = reply.counts[video]
    if raw is None:
        return Status.HIDDEN, None, "the owner does not show the count", None
    if isinstance(raw, str) and _COUNT.fullmatch(raw) and int(raw) <= _GREATEST_COUNT:
        return Status.OK, int(raw), None, raw
    return Status.PARSE_ERROR, None, "the count is no plain number", str(raw)[:_SHOWN_LETTERS]


def _failure_status(error: SourceError) -> Status:
    if isinstance(error, QuotaExhausted):
        return Status.QUOTA
    return Status.TIMEOUT if isinstance(error, AnswerTimeout) else Status.ERROR


def _observation(
    target: Target,
    observed_at: datetime,
    status: Status,
    reason: str | None,
    count: int | None = None,
    raw_text: str | None = None,
) -> Observation:
    return Observation(
        isrc=target.isrc,
        service=Service.YOUTUBE,
        observed_at=observed_at,
        status=status,
        view_count=count,
        reason=reason,
        source_id=target.source_id,
        raw_text=raw_text,
    )
