"""One check: which facts, how they are judged, what is shown beside them; and many checks on many days."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import MOST_SAMPLED, Judgment, together

# Facts of so many days are read at once: more would not be hashed in memory where a day has 200,000 rows.
DAYS_AT_ONCE = 3
# A day is judged by as many days before it in a run over many days as in one of its own.
KNOWN_DAYS = timedelta(days=60)

Facts = Mapping[Service, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement of `sql/` that shows one service's day, run where the check failed."""

    query: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    drawn: str = ""

    def rows(self, tx: Transaction, service: Service, day: date) -> list[dict[str, Any]]:
        """At most 10 rows."""
        return tx.rows(self.query, service_id=service.value, day=day, first=MOST_SAMPLED, **self.parameters)


@dataclass(frozen=True, slots=True)
class Check:
    """Judges a day of each service by the rows that `facts` gives of it and of days before, oldest first.

    `record` is what a row becomes; `facts` names a statement of `sql/` with services, first_day, last_day,
    today and quota_day as parameters. A day without a row of a service says nothing about that service.
    """

    name: str
    description: str
    facts: str
    record: Callable[..., Any]
    judge: Callable[[Sequence[Any], Settings], Judgment]
    sample: Shown | None = None
    plot: Shown | None = None
    services: Sequence[Service] = tuple(Service)


def judge_days(
    tx: Transaction, checks: Sequence[Check], days: Sequence[date], now: Mapping[str, date], settings: Settings
) -> Iterator[tuple[date, Check, Judgment]]:
    """Every check on every day, oldest day first; `now` has today and quota_day."""
    for start in range(0, len(days), DAYS_AT_ONCE):
        chunk = days[start : start + DAYS_AT_ONCE]
        tx.run("core/plan_for_many_rows")
        kept = _Facts(tx, {"first_day": chunk[0], "last_day": chunk[-1], **now})
        facts = [kept.of(check) for check in checks]
        tx.run("core/plan_for_few_rows")
        for day in chunk:
            for check, known in zip(checks, facts, strict=True):
                yield day, check, _judge(tx, check, known, day, settings)


class _Facts:
    """Reads what several checks share once."""

    def __init__(self, tx: Transaction, parameters: Mapping[str, date]) -> None:
        self._tx = tx
        self._parameters = parameters
        self._read: dict[tuple[str, Sequence[Service]], Facts] = {}

    def of(self, check: Check) -> Facts:
        key = check.facts, check.services
        if key not in self._read:
            facts: dict[Service, list[Any]] = {service: [] for service in Service}
            services = [service.value for service in check.services]
            for row in self._tx.rows(check.facts, services=services, **self._parameters):
                facts[Service(row["service_id"])].append(check.record(**row))
            self._read[key] = facts
        return self._read[key]


def _judge(tx: Transaction, check: Check, facts: Facts, day: date, settings: Settings) -> Judgment:
    judgments = {}
    for service in check.services:
        known = [row for row in facts[service] if day - KNOWN_DAYS < row.day <= day]
        if known and known[-1].day == day:
            judgments[service] = _with_rows(tx, check, service, day, check.judge(known, settings))
    return together(judgments)


def _with_rows(tx: Transaction, check: Check, service: Service, day: date, judged: Judgment) -> Judgment:
    if judged.passed:
        return judged
    if check.sample and not judged.sample:
        judged = judged.with_sample(check.sample.rows(tx, service, day))
    if check.plot:
        judged = judged.with_plot(check.plot.rows(tx, service, day), check.plot.drawn)
    return judged
