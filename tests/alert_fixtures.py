"""Runs whose end and checks a test decides, and one look at them after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import text

from tests.webhook import Webhook, serving_webhook
from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.settings import load_settings
from viewcount_pipeline.alerts.collecting import collect
from viewcount_pipeline.alerts.delivery import deliver
from viewcount_pipeline.finished_runs import DagsterRuns

ASSET = "youtube_observations"
WARMING_UP = "warming up: what is usual is known after 3 days"
TODAY = datetime.now(UTC).date()


class ShiftedClock:
    """The real time, moved by hand: runs are stamped by Dagster's own clock."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class Surroundings:
    """A database, a Dagster instance, and what was done there."""

    database: Database
    instance: dg.DagsterInstance
    environment: pytest.MonkeyPatch
    clock: ShiftedClock
    runs: DagsterRuns = field(init=False)

    def __post_init__(self) -> None:
        self.runs = DagsterRuns(self.instance)

    def listen(self, *urls: str) -> None:
        """Set the channels."""
        self.environment.setenv("ALERT_URLS", ", ".join(urls))

    def run(
        self, checks: Mapping[str, str] | None = None, *, days: Sequence[date] = (TODAY,), fails: bool = False
    ) -> str:
        """One run of the job count_youtube; each check ends on each day in pass, warn, fail or warming up."""
        result = _job(checks or {}, days, fails).execute_in_process(instance=self.instance, raise_on_error=False)
        assert result.success is not fails
        return result.run_id

    def look(self) -> int:
        """Look for trouble once."""
        return collect(self.database, load_settings(), self.runs)

    def deliver(self, seconds: float = 20.0) -> int:
        """Deliver what is due."""
        return deliver(self.database, load_settings(), seconds)

    def round(self) -> None:
        """Both, an hour after the last time: everything is due again."""
        self.clock.shift += timedelta(minutes=20)
        self.look()
        self.deliver()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def execute(self, statement: str) -> None:
        """Any statement."""
        with self.database.engine.begin() as connection:
            connection.execute(text(statement))


def _job(checks: Mapping[str, str], days: Sequence[date], fails: bool) -> dg.JobDefinition:
    @dg.op
    def evaluate(context: dg.OpExecutionContext) -> None:
        for name, outcome in checks.items():
            for day in days:
                context.log_event(_evaluation(name, outcome, day))
        if fails:
            raise dg.Failure("YouTube: the key is refused", allow_retries=False)

    @dg.job(name="count_youtube")
    def count_youtube() -> None:
        evaluate()

    return count_youtube


def _evaluation(name: str, outcome: str, day: date) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(ASSET),
        check_name=name,
        passed=outcome in ("pass", "warming up"),
        severity=dg.AssetCheckSeverity.WARN if outcome == "warn" else dg.AssetCheckSeverity.ERROR,
        metadata={"youtube_missing": 12, "youtube_active": 481},
        description=WARMING_UP if outcome == "warming up" else f"12 of 481 tracks lack a reading on {day}",
        partition=day.isoformat(),
    )


@pytest.fixture
def shifted_clock(monkeypatch: pytest.MonkeyPatch) -> ShiftedClock:
    hands = ShiftedClock()
    monkeypatch.setattr(clock, "utc_now", hands)
    return hands


@pytest.fixture
def around(
    tmp_path: Path, database: Database, demo_environment: pytest.MonkeyPatch, shifted_clock: ShiftedClock
) -> Iterator[Surroundings]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        yield Surroundings(database, instance, demo_environment, shifted_clock)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with serving_webhook() as hook:
        yield hook


@pytest.fixture
def other_webhook() -> Iterator[Webhook]:
    with serving_webhook() as hook:
        yield hook
