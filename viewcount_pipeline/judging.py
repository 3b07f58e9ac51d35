"""What of a day's log may be published: the gate of each service and a verdict for each reading.

A day is judged from the states after the day before. Days are linked by fingerprints of these states: so it is known
which of them have to be judged again, and where a change ends to matter.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import partial

from viewcount_core import clock
from viewcount_core.database import Database, Transaction
from viewcount_core.records import Service
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.observation_log import ensure_partitions
from viewcount_pipeline.quality.rules import RULES, USUAL_DAYS, Rules
from viewcount_pipeline.series_states import known_before
from viewcount_pipeline.service_day_judge import ServiceDayJudge

VERDICTS = "count_verdicts"

NOTHING = {"services": 0, "services_changed": 0, "rows": 0, "rows_changed": 0}

Derivation = Callable[[], AbstractContextManager[Transaction]]


def judge_day(
    tx: Transaction, day: date, limits: Thresholds, rules: Rules = RULES, *, is_asked: bool = True
) -> dict[str, int]:
    """Sum up one day and judge it, for every service with something in its log. The days before it have to be linked.

    A day that the run is not about (not `is_asked`) has its verdicts queued for the steps that record them.

    Returns `services` and `services_changed`, `rows` and `rows_changed` (of the verdicts).
    """
    ensure_partitions(tx, VERDICTS, day, day)
    return _together(_judge(tx, service, day, limits, rules, is_asked=is_asked) for service in Service)


def judge_day_apart(database: Database, derivation: Derivation, day: date, limits: Thresholds) -> dict[str, int]:
    """As `judge_day`, each service at the same time in a transaction of its own: neither needs the other's day."""
    with derivation() as tx:
        ensure_partitions(tx, VERDICTS, day, day)
    # Held meanwhile, so that these two are the only ones.
    with derivation(), ThreadPoolExecutor(len(Service)) as pool:
        return _together(pool.map(partial(_judge_apart, database, day, limits), Service))


def link_days(derivation: Derivation, before: date | None, limits: Thresholds) -> Iterator[tuple[date, dict[str, int]]]:
    """Judge the days before one that are not judged as the log, the decisions and the days before them say.

    Each day in a transaction of its own. Without `before`: as far as days have been judged, until nothing changes.
    """
    for service in Service:
        while True:
            with derivation() as tx:
                day = _first_unlinked(tx, service, before)
                if day is None:
                    break
                figures = judge_day(tx, day, limits, is_asked=False)
            yield day, figures


def judge_imported(tx: Transaction, day: date, limits: Thresholds) -> None:
    """Judge a day, and what comes before it, where the log has readings that nobody has judged: imports leave it so."""
    for service in Service:
        while unlinked := _first_unlinked(tx, service, day + timedelta(days=1)):
            judge_day(tx, unlinked, limits, is_asked=unlinked == day)


def _first_unlinked(tx: Transaction, service: Service, before: date | None) -> date | None:
    found: date | None = tx.row(
        "pipeline/first_unlinked_day", service_id=service.value, before=before, usual_days=USUAL_DAYS
    )["day"]
    return found


def know_states(tx: Transaction, service: Service, before: date, limits: Thresholds, rules: Rules = RULES) -> None:
    """Have the states in which a day begins; the days before it have to be linked."""
    known = known_before(tx, service, before)
    known_day = known.day if known else None
    for between in tx.rows(
        "pipeline/days_between_states", service_id=service.value, known_day=known_day, before=before
    ):
        ServiceDayJudge(tx, service, between["day"], limits, rules, is_asked=False).judge()


def _judge(
    tx: Transaction, service: Service, day: date, limits: Thresholds, rules: Rules, *, is_asked: bool
) -> dict[str, int]:
    today = clock.utc_now().date()
    summed = tx.row("pipeline/upsert_service_days", service_id=service.value, day=day, today=today)
    if not summed["rows"]:
        return NOTHING
    know_states(tx, service, day, limits, rules)
    judged = ServiceDayJudge(tx, service, day, limits, rules, is_asked=is_asked).judge()
    is_changed = judged.pop("day_changed") + summed["rows_changed"] > 0
    return {"services": 1, "services_changed": int(is_changed), **judged}


def _judge_apart(database: Database, day: date, limits: Thresholds, service: Service) -> dict[str, int]:
    with database.transaction() as tx:
        tx.run("core/plan_for_many_rows")
        return _judge(tx, service, day, limits, RULES, is_asked=True)


def _together(judged: Iterable[dict[str, int]]) -> dict[str, int]:
    total = Counter(NOTHING)
    for figures in judged:
        total.update(figures)
    return dict(total)
