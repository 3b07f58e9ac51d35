"""Verdicts, failures and days written by hand, for tests of what is worked out from them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from viewcount_core.database import Database
from viewcount_core.records import Observation, Service, Status
from viewcount_pipeline.anomalies import derive_anomalies
from viewcount_pipeline.observation_log import ensure_partitions, store_observations

ISRC = "USVCT2600001"
STRICT = frozenset({"zero", "unit_error", "decrease", "correction", "jump", "spike", "drop", "stuck"})
ROWS = (
    "select isrc, service_id, kind, severity, first_day, opened_on, last_day, observed_count, expected_low, "
    "expected_high, state, resolution, closed_on from anomalies order by service_id, isrc, first_day, kind"
)


@dataclass(frozen=True)
class VerdictRows:
    """A database whose verdicts a test writes itself."""

    database: Database

    def judge(
        self,
        moment: str | datetime,
        kind: str | None = None,
        verdict: str = "accepted",
        count: int = 1_000,
        isrc: str = ISRC,
        service: Service = Service.YOUTUBE,
    ) -> None:
        """Add a reading with its verdict; counts from 10 below it to 10 above would have been expected."""
        instant = _instant(moment)
        store_observations(self.database, [Observation(isrc, service, instant, Status.OK, count)], None)
        with self.database.transaction() as tx:
            ensure_partitions(tx, "count_verdicts", instant.date(), instant.date())
        self.execute(
            "insert into count_verdicts "
            "(isrc, service_id, observed_at, verdict, kind, tier, accepted_count, expected_low, expected_high) "
            "values (:isrc, :service, :at, :verdict, :kind, :tier, :accepted, :low, :high)",
            isrc=isrc, service=service.value, at=instant, verdict=verdict, kind=kind, low=count - 10, high=count + 10,
            tier="strict" if kind in STRICT else "sensitive" if kind == "mover" else None,
            accepted=count if verdict in ("accepted", "restated") else None,
        )  # fmt: skip

    def resolve(self, held: str | datetime, later: str | datetime | None, verdict: str, isrc: str = ISRC) -> None:
        """What a later reading makes of a held one, or a person where there is none."""
        self.execute(
            "update count_verdicts v set verdict = :verdict, resolved_at = :later, "
            "accepted_count = case when :verdict = 'restated' then (select o.view_count from view_count_observations o "
            "where o.isrc = v.isrc and o.service_id = v.service_id and o.observed_at = v.observed_at) end "
            "where isrc = :isrc and observed_at = :held",
            verdict=verdict, later=_instant(later) if later else None, isrc=isrc, held=_instant(held),
        )  # fmt: skip

    def decide(
        self,
        moment: str,
        confirmed: bool,
        decided_on: str,
        isrc: str = ISRC,
        service: Service = Service.YOUTUBE,
    ) -> None:
        """A person's word about a held reading; `resolve` makes it work."""
        self.execute("insert into tracks (isrc) values (:isrc) on conflict do nothing", isrc=isrc)
        self.execute(
            "insert into verdict_decisions (isrc, service_id, observed_at, is_confirmed, why, decided_at) "
            "values (:isrc, :service, :at, :confirmed, 'looked at the page', :decided)",
            isrc=isrc, service=service.value, at=_instant(moment), confirmed=confirmed, decided=_instant(decided_on),
        )  # fmt: skip

    def miss(
        self,
        moment: str | datetime,
        isrc: str = ISRC,
        status: Status = Status.UNAVAILABLE,
        service: Service = Service.YOUTUBE,
    ) -> None:
        """Add an answer without a count."""
        store_observations(self.database, [Observation(isrc, service, _instant(moment), status)], None)

    def sum_up(self, day: str | date, *, ok: int = 9, gate: str = "open", service: Service = Service.YOUTUBE) -> None:
        """The day of a service that was asked for 10 tracks."""
        self.execute(
            "insert into service_days (service_id, day, gate, active, asked, ok, failed, deferred, units) "
            "values (:service, :day, :gate, 10, 10, :ok, '{}', 0, 0) "
            "on conflict (service_id, day) do update set ok = excluded.ok, gate = excluded.gate",
            service=service.value, day=day, gate=gate, ok=ok,
        )  # fmt: skip

    def derive(self, first_day: str | date) -> int:
        """Work the anomalies out from a day on; rows that changed."""
        day = date.fromisoformat(first_day) if isinstance(first_day, str) else first_day
        with self.database.transaction() as tx:
            tx.lock_derivation()
            changed: int = derive_anomalies(tx, day)["rows_changed"]
        return changed

    def anomalies(self) -> list[tuple[Any, ...]]:
        """All of them, without their numbers."""
        with self.database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(ROWS))]

    def spans(self) -> list[str]:
        """All of them in short: kind, severity, days of January 2026, and how they ended."""
        return [
            f"{row[2]} {row[3]} {row[4].day}-{row[6].day} {row[10] if row[12] is None else f'{row[11]} {row[12].day}'}"
            for row in self.anomalies()
        ]

    def execute(self, statement: str, **parameters: object) -> None:
        """Any statement."""
        with self.database.engine.begin() as connection:
            connection.execute(text(statement), parameters)


def days(first: int, last: int) -> list[str]:
    """Days of January 2026."""
    return [(date(2026, 1, 1) + timedelta(days=number - 1)).isoformat() for number in range(first, last + 1)]


def _instant(moment: str | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.fromisoformat(moment if "T" in moment else f"{moment}T12:00").replace(tzinfo=UTC)
