"""What can go wrong that somebody has to hear of: trouble, the incident it belongs to, and the runs that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from viewcount_core.severity import Severity

# A job that nobody starts again, or a check that is no more, would stay open for ever.
FORGOTTEN = timedelta(days=7)

Key = tuple[str, str]


class Kind(StrEnum):
    """As `alert_incidents.kind`."""

    FAILED_RUN = "failed_run"
    FAILED_CHECK = "failed_check"
    MISSED_SCHEDULE = "missed_schedule"
    STALE_DATA = "stale_data"
    QUOTA = "quota"
    DEAD_CHANNEL = "dead_channel"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. `subject` is a job, `asset:check`, `asset:check:service`, a service's key or a channel.

    `since` is when it began, for a failed check the first day of the data it is about; `tracks` how many it touches
    where that can be told, `partition` the day it is about; `not_through` the channel that cannot carry the news.
    """

    kind: Kind
    subject: str
    severity: Severity
    what: str
    since: datetime
    tracks: int | None = None
    partition: str = ""
    not_through: str | None = None

    @property
    def key(self) -> Key:
        """What makes it the same trouble another time."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class Incident:
    """Trouble that was open when we looked."""

    incident_id: int
    kind: str
    subject: str
    severity: Severity
    what: str
    since: datetime
    last_seen_at: datetime
    tracks: int | None = None
    partition: str = ""
    run_id: str | None = None

    @property
    def key(self) -> Key:
        """As `Trouble.key`."""
        return self.kind, self.subject

    @property
    def is_of_runs(self) -> bool:
        """Whether only runs tell if it goes on."""
        return self.kind in (Kind.FAILED_RUN, Kind.FAILED_CHECK)

    def is_forgotten(self, now: datetime) -> bool:
        """Whether nothing was heard of it for so long that nothing will be."""
        return self.last_seen_at < now - FORGOTTEN

    @property
    def not_through(self) -> str | None:
        """As `Trouble.not_through`."""
        return self.subject if self.kind == Kind.DEAD_CHANNEL else None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one evaluation of an asset check says, of one service where it speaks for several.

    `partition` is empty where it is about none, `since` the first day of the trouble where that is not the partition.
    """

    asset: str
    check: str
    partition: str
    passed: bool
    severity: Severity
    description: str
    tracks: int | None = None
    service: str = ""
    since: date | None = None

    @property
    def subject(self) -> str:
        """As `Trouble.subject`: trouble of one service is not that of another."""
        return ":".join(filter(None, (self.asset, self.check, self.service)))

    @property
    def first_day(self) -> date | None:
        """The first day of the data it is about, if it is about days."""
        if self.since:
            return self.since
        try:
            return date.fromisoformat(self.partition)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """One run that is over. `succeeded` is None for one that a person ended; `reason` says why it failed.

    `partitions` is the day or days it was for, in words.
    """

    run_id: str
    job: str
    succeeded: bool | None
    started_at: datetime
    ended_at: datetime
    partitions: str = ""
    reason: str = ""
    checks: Sequence[CheckResult] = ()
