"""The steps below the log as the assets run them, and the same numbers by a naive computation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy import text

from viewcount_core.database import Database
from viewcount_core.records import Observation, Service, Status
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.anomalies import derive_anomalies
from viewcount_pipeline.assets import current_view_counts, daily_deltas, daily_snapshots
from viewcount_pipeline.changed_verdicts import take_up
from viewcount_pipeline.judging import judge_day, link_days
from viewcount_pipeline.observation_log import store_observations

Series = tuple[str, int]
Reading = tuple[str, int, datetime]
Counts = Mapping[Reading, int]
WINDOWS = {7: timedelta(days=3), 30: timedelta(days=10)}
DAY = timedelta(days=1)
LIMITS = Thresholds()


def at(moment: str) -> datetime:
    """An instant in UTC; noon when only a date is given."""
    return datetime.fromisoformat(moment if "T" in moment else f"{moment}T12:00").replace(tzinfo=UTC)


@dataclass
class Derivation:
    """A database that is filled the way runs fill it."""

    database: Database
    held: set[Reading] = field(default_factory=set)

    def observe(
        self,
        isrc: str,
        moment: str | datetime,
        count: int | None,
        service: Service = Service.YOUTUBE,
        failure: Status = Status.TIMEOUT,
    ) -> None:
        """Append one answer to the log, or a failure to get one when there is no count."""
        instant = at(moment) if isinstance(moment, str) else moment
        status = failure if count is None else Status.OK
        store_observations(self.database, [Observation(isrc, service, instant, status, count)], None)

    def rebuild(self, first: str | date, last: str | date | None = None) -> dict[str, int]:
        """Every step for a range of days, as one run takes it; rows changed by step."""
        start, end = _as_date(first), _as_date(last or first)
        days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
        linked = self._link(start)
        changed = {"verdicts": sum(self._step("verdicts", day) for day in days)}
        changed["linked verdicts"] = linked + self._link(None)
        for name, query in CHANGES.items():
            changed[name] = sum(self._step(name, day) for day in days)
            if name == "deltas":
                changed["later deltas"] = sum(self._step("deltas", day) for day in self._days_after(end))
            with self.database.transaction() as tx:
                changed[f"changed {name}"] = take_up(tx, query)["rows_changed"]
        with self.database.transaction() as tx:
            changed["anomalies"] = derive_anomalies(tx, start)["rows_changed"]
        return changed | self._measure_trends(start)

    def close_gate(self, day: str | date, service: Service = Service.YOUTUBE, gate: str = "closed") -> None:
        """What a person decides about a whole day."""
        self.execute(
            "with decided as ("
            "  insert into gate_decisions (service_id, day, gate, why) values (:service, :day, :gate, 'x')"
            ") insert into unjudged_days (service_id, day) values (:service, :day) on conflict do nothing",
            gate=gate, day=_as_date(day), service=service.value,
        )  # fmt: skip

    def hold(self, isrc: str, moment: str | datetime, service: Service = Service.YOUTUBE) -> None:
        """Keep a reading from being accepted in every rebuild from now on."""
        self.held.add((isrc, service.value, at(moment) if isinstance(moment, str) else moment))

    def rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Rows of any query."""
        with self.database.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), parameters)]

    def execute(self, statement: str, **parameters: object) -> None:
        """Any statement."""
        with self.database.engine.begin() as connection:
            connection.execute(text(statement), parameters)

    def snapshots(self) -> dict[tuple[str, int, date], tuple[Any, ...]]:
        """Count, delta and span by series and day."""
        found = self.rows(
            "select isrc, service_id, recorded_date, view_count, delta_count, delta_days from historical_view_counts"
        )
        return {row[:3]: row[3:] for row in found}

    def currents(self) -> dict[Series, tuple[int, datetime]]:
        """Current count and its instant by series."""
        found = self.rows("select isrc, service_id, view_count, last_updated from view_counts")
        return {row[:2]: row[2:] for row in found}

    def trends(self) -> dict[Series, tuple[Any, ...]]:
        """Everything about a trend, for 7 and for 30 days, by series."""
        found = self.rows(
            "select isrc, service_id, as_of, view_count, base_7, change_7, percentage_7, span_7, "
            "base_30, change_30, percentage_30, span_30, left_out_7, left_out_30 from track_trends"
        )
        return {row[:2]: row[2:] for row in found}

    def totals(self) -> dict[str, tuple[Any, ...]]:
        """Totals by track."""
        found = self.rows(
            "select isrc, as_of, view_count, services, change_7, percentage_7, change_30, percentage_30 "
            "from track_totals"
        )
        return {row[0]: row[1:] for row in found}

    def unpublished(self) -> set[str]:
        """Tracks whose numbers changed; forgotten when looked at."""
        return {row[0] for row in self.rows("delete from unpublished_tracks returning isrc")}

    def _step(self, name: str, day: date) -> int:
        with self.database.transaction() as tx:
            changed: int = STEPS[name](tx, day)["rows_changed"]
        if name == "verdicts":
            self._apply_holds(day)
        return changed

    def _link(self, before: date | None) -> int:
        return sum(figures["rows_changed"] for _, figures in link_days(self.database.transaction, before, LIMITS))

    def _apply_holds(self, day: date) -> None:
        for isrc, service_id, observed_at in self.held:
            if observed_at.date() == day:
                self.execute(
                    "update count_verdicts set verdict = 'held', accepted_count = null "
                    "where isrc = :isrc and service_id = :service and observed_at = :at",
                    isrc=isrc, service=service_id, at=observed_at,
                )  # fmt: skip

    def _days_after(self, day: date) -> list[date]:
        with self.database.transaction() as tx:
            return [row["day"] for row in tx.rows("pipeline/recorded_days_after", day=day)]

    def _measure_trends(self, since: date) -> dict[str, int]:
        with self.database.transaction() as tx:
            return {
                "trends": tx.row("pipeline/upsert_track_trends", since=since)["rows_changed"],
                "lost trends": tx.row("pipeline/delete_lost_trends")["rows_changed"],
                "totals": tx.row("pipeline/upsert_track_totals", since=since)["rows_changed"],
            }


STEPS = {
    "verdicts": partial(judge_day, limits=LIMITS),
    "current counts": current_view_counts._offer,
    "snapshots": partial(daily_snapshots._record, limits=LIMITS),
    "deltas": daily_deltas._measure,
}
CHANGES = {
    "current counts": "pipeline/offer_changed_verdicts",
    "snapshots": "pipeline/record_changed_verdicts",
    "deltas": "pipeline/measure_changed_verdicts",
}


@dataclass(frozen=True)
class Naive:
    """What the numbers have to be, from the accepted readings alone, series by series and day by day."""

    accepted: Counts
    restated: set[tuple[str, int, date]] = field(default_factory=set)

    def snapshots(self) -> dict[tuple[str, int, date], tuple[Any, ...]]:
        """As `Derivation.snapshots`."""
        found = {}
        for series, record in self._records():
            before: tuple[date, int] | None = None
            for day, (_, count) in sorted(record.items()):
                growth = (count - before[1], (day - before[0]).days) if before else (None, None)
                found[(*series, day)] = (count, *growth)
                before = day, count
        return found

    def currents(self) -> dict[Series, tuple[int, datetime]]:
        """As `Derivation.currents`."""
        newest = {series: record[max(record)] for series, record in self._records()}
        return {series: (count, instant) for series, (instant, count) in newest.items()}

    def trend(self, series: Series, days: int) -> tuple[int | None, Fraction | None, float | None]:
        """Base, change scaled to `days`, and the days that took; levels confirmed meanwhile are left out."""
        record = dict(self._records())[series]
        count, now = self.currents()[series]
        anchor = now - timedelta(days=days)
        near = [
            (abs(instant - anchor), instant, base)
            for instant, base in record.values()
            if abs(instant - anchor) <= WINDOWS[days]
        ]
        if not near:
            return None, None, None
        _, instant, base = min(near)
        levels = [
            (growth, grown)
            for key, (_, growth, grown) in self.snapshots().items()
            if key in self.restated and key[:2] == series and growth is not None and record[key[2]][0] > instant
        ]
        span = Fraction((now - instant) // timedelta(microseconds=1), DAY // timedelta(microseconds=1))
        span -= sum(grown for _, grown in levels)
        if span < 1:
            return None, None, None
        return base, (count - base - sum(growth for growth, _ in levels)) * days / span, float(span)

    def _records(self) -> Iterator[tuple[Series, dict[date, tuple[datetime, int]]]]:
        in_time = sorted(self.accepted.items(), key=lambda reading: reading[0][2])
        for series in {reading[:2] for reading in self.accepted}:
            yield (
                series,
                {
                    instant.date(): (instant, count)
                    for (isrc, service_id, instant), count in in_time
                    if (isrc, service_id) == series
                },
            )


def _as_date(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
