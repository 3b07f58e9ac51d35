"""Each trouble as one sentence. Pure."""

from datetime import UTC, date, datetime, time

from viewcount_core.records import Service
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.troubles import CheckResult, FinishedRun, Kind, Trouble

MOST_LETTERS = 240


def run_failed(run: FinishedRun, tracks: int | None) -> Trouble:
    """A run ended without having done its work."""
    what = f"The run of {job_label(run.job)}{_of(run.partitions)} failed: {run.reason or 'it left no reason'}"
    return Trouble(Kind.FAILED_RUN, run.job, Severity.ERROR, shorten(what), run.started_at, tracks, run.partitions)


def check_failed(result: CheckResult, run: FinishedRun) -> Trouble:
    """An asset check found something."""
    said = result.description or "it says no more"
    what = f"Check {result.check} of {result.asset} failed{_of(result.partition)}: {said}"
    first_day = result.first_day
    return Trouble(
        Kind.FAILED_CHECK,
        result.subject,
        result.severity,
        shorten(what),
        datetime.combine(first_day, time(), UTC) if first_day else run.started_at,
        result.tracks,
        result.partition,
    )


def schedule_missed(service: Service, day: date, first_try: datetime, tracks: int) -> Trouble:
    """No run began although all tries of the day are over."""
    what = f"{service.label} was not asked on {day}: no run has begun since the first try at {instant(first_try)}."
    return Trouble(
        Kind.MISSED_SCHEDULE, service.key, Severity.ERROR, what, first_try, tracks, partition=day.isoformat()
    )


def data_stale(service: Service, newest: datetime, hours: int, tracks: int) -> Trouble:
    """Readers see numbers that are too old."""
    what = f"The newest count of {service.label} is of {instant(newest)}, more than {hours} hours ago."
    return Trouble(Kind.STALE_DATA, service.key, Severity.ERROR, what, newest, tracks)


def never_published(service: Service, since: datetime, hours: int, tracks: int) -> Trouble:
    """A service has been asked for long, and readers have no number of it at all."""
    asked = f"first asked at {instant(since)}, more than {hours} hours ago"
    what = f"No count of {service.label} was ever published, although it was {asked}."
    return Trouble(Kind.STALE_DATA, service.key, Severity.ERROR, what, since, tracks)


def quota_too_small(service: Service, left: int, needed: int, tracks: int, now: datetime) -> Trouble:
    """The day's quota does not allow the next try to ask for all that lacks; `tracks` would be left out."""
    what = f"{service.label}'s quota has {left} units left until it resets, and the next try needs {needed}."
    return Trouble(Kind.QUOTA, service.key, Severity.WARNING, what, now, tracks)


def channel_dead(channel: str, since: datetime, messages: int, reason: str | None) -> Trouble:
    """Nothing arrives through a channel any more."""
    what = f"{messages} alerts could not be delivered through {channel} since {instant(since)}: {reason or 'no answer'}"
    return Trouble(Kind.DEAD_CHANNEL, channel, Severity.ERROR, shorten(what), since, not_through=channel)


def headline(kind: str, subject: str) -> str:
    """The trouble in a few words."""
    match Kind(kind):
        case Kind.FAILED_RUN:
            return f"{job_label(subject)} failed"
        case Kind.FAILED_CHECK:
            asset, check, *services = subject.split(":")
            return f"check {check} of {asset} failed" + "".join(f" for {_label(service)}" for service in services)
        case Kind.MISSED_SCHEDULE:
            return f"{_label(subject)} was not asked"
        case Kind.STALE_DATA:
            return f"no new counts of {_label(subject)}"
        case Kind.QUOTA:
            return f"the quota of {_label(subject)} is too small"
        case Kind.DEAD_CHANNEL:
            return f"no alert arrives through {subject}"


def job_label(job: str) -> str:
    """The name of a job; runs of assets chosen in the UI have none of their own."""
    return "chosen assets" if job.startswith("__") else job


def began(kind: str, since: datetime) -> str:
    """When trouble began: of a failed check it is known which day's data show it first."""
    return f"{since:%Y-%m-%d} (day of the data)" if kind == Kind.FAILED_CHECK else instant(since)


def instant(at: datetime) -> str:
    """An instant as people read it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def shorten(text: str, letters: int = MOST_LETTERS) -> str:
    """On one line, and not longer than a channel takes."""
    line = " ".join(text.split())
    return line if len(line) <= letters else f"{line[: letters - 1]}…"


def _label(service: str) -> str:
    return Service.from_key(service).label


def _of(partitions: str) -> str:
    return f" for {partitions}" if partitions else ""
