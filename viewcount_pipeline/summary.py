"""What a day's run came to, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from viewcount_core.database import Database
from viewcount_core.errors import ViewcountError
from viewcount_core.records import Service, Status
from viewcount_core.settings import Settings

DONE, WITH_FAILURES, FAILED = 0, 1, 3


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """One service of one run, in tracks; `units` of its quota. A disabled service has zeros."""

    enabled: bool
    active: int = 0
    asked: int = 0
    ok: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    deferred: int = 0
    held: int = 0
    units: int = 0
    seconds: float = 0.0
    gate: str = "open"
    error: ViewcountError | None = None

    @property
    def unanswered(self) -> int:
        """Tracks that asking failed for; a removed or hidden video is an answer."""
        return sum(tracks for status, tracks in self.failed.items() if not Status(status).is_answer)

    def as_json(self) -> dict[str, Any]:
        """The object of `run --json`."""
        shown = {name: getattr(self, name) for name in _SHOWN}
        return {**shown, "failed": dict(self.failed), "seconds": round(self.seconds, 1)}


_SHOWN = ("enabled", "active", "asked", "ok", "failed", "deferred", "held", "units", "seconds", "gate")


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One run of the day's job for every service."""

    date: date
    world: str
    seconds: float
    snapshots: int
    generation: int
    services: Mapping[str, ServiceSummary]

    @property
    def exit_code(self) -> int:
        """0 done, 1 done but asking failed for some tracks or left some for later, 3 a service or server failed."""
        services = self.services.values()
        if any(service.error for service in services):
            return FAILED
        return WITH_FAILURES if any(service.unanswered or service.deferred for service in services) else DONE

    def as_json(self) -> dict[str, Any]:
        """The object of `run --json`."""
        return {
            "date": self.date.isoformat(),
            "world": self.world,
            "seconds": round(self.seconds, 1),
            "snapshots": self.snapshots,
            "generation": self.generation,
            "services": {key: service.as_json() for key, service in self.services.items()},
        }


def summarize_service(
    database: Database,
    service: Service,
    day: date,
    run_id: str,
    *,
    units: int,
    seconds: float,
    error: ViewcountError | None,
) -> ServiceSummary:
    """What one run did for one service, read from what it stored."""
    with database.transaction() as tx:
        row = tx.row("pipeline/summarize_service_run", service_id=service.value, day=day, run_id=run_id)
    return ServiceSummary(enabled=True, units=units, seconds=seconds, error=error, **row)


def summarize_day(
    database: Database, settings: Settings, day: date, seconds: float, services: Mapping[str, ServiceSummary]
) -> DaySummary:
    """The day as it stands after all services were asked."""
    with database.transaction() as tx:
        snapshots = tx.row("pipeline/count_snapshots", day=day)["snapshots"]
        generation = tx.row("pipeline/latest_publication")["generation"]
    return DaySummary(day, settings.world, seconds, snapshots, generation, services)
