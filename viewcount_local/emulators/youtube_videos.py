"""The videos YouTube's emulator knows, what is wrong with some of them, and the quota it grants."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from viewcount_core.records import Service
from viewcount_local.emulators import google_errors
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth

STALE_DAYS = 3
_QUOTA_ZONE = ZoneInfo("America/Los_Angeles")


class Quota:
    """Units used a day (Pacific time, as Google counts) and bucket."""

    def __init__(self, daily_units: int | None) -> None:
        self._daily_units = daily_units
        self._used: Counter[tuple[date, str]] = Counter()

    def spend(self, bucket: str, at: datetime) -> None:
        """Take one unit; raise `GoogleError` when none is left."""
        day = at.astimezone(_QUOTA_ZONE).date(), bucket
        if self._daily_units is not None and self._used[day] >= self._daily_units:
            raise google_errors.quota_exceeded()
        self._used[day] += 1


class Videos:
    """The videos there are, and what is wrong with some of them."""

    def __init__(self, tracks: Sequence[EmulatedTrack], growth: Growth, faults: Faults) -> None:
        self._views: dict[str, int | None] = {}
        for track in tracks:
            if track.youtube_video_id and self._views.get(track.youtube_video_id) is None:
                self._views[track.youtube_video_id] = track.youtube_views
        self._growth = growth
        self._faults = faults

    def exists(self, video_id: str) -> bool:
        """Whether an answer has an item for it."""
        return video_id in self._views and not self._faults.hits("unavailable", video_id)

    def statistics(self, video_id: str, at: datetime) -> dict[str, str]:
        """Counts as strings; viewCount is absent where its owner hides it."""
        count = self._view_count(video_id, at)
        likes = str(self._growth.count(Service.YOUTUBE, video_id, at, self._views[video_id]) // 60)
        shown = {} if count is None else {"viewCount": count}
        return shown | {"likeCount": likes, "favoriteCount": "0", "commentCount": "0"}

    def _view_count(self, video_id: str, at: datetime) -> str | None:
        today = at.date()
        if self._faults.hits("hidden", video_id):
            return None
        if self._faults.hits("zero", video_id, today):
            return "0"
        if self._faults.hits("stale", video_id, today):
            at -= timedelta(days=STALE_DAYS)
        count = str(self._growth.count(Service.YOUTUBE, video_id, at, self._views[video_id]))
        return f"{count[:-3] or 0}.4K" if self._faults.hits("garbled", video_id, today) else count
