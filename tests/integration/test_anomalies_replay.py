"""Living through days one by one, all of them at once, or any of them again: the same anomalies."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.verdict_rows import VerdictRows
from viewcount_core.database import Database
from viewcount_core.records import Status

FIRST = date(2026, 1, 20)
DAYS = [FIRST + timedelta(days=number) for number in range(24)]
SERIES = [f"USVCT26{number:05d}" for number in range(12)]
HELD = ["zero", "decrease", "jump"]
BELIEVED = [None, None, None, "mover", "spike", "drop", "drop", "correction", "stuck", "stuck", "stuck", "dormant"]


class History:
    """Random days of a few series: verdicts of every kind, readings held for some days, absences, outages."""

    def __init__(self, rows: VerdictRows, seed: int) -> None:
        self.rows = rows
        self.random = random.Random(seed)
        self.held: dict[str, datetime] = {}
        self.counts = dict.fromkeys(SERIES, 1_000)

    def live_through(self, day: date) -> None:
        """Add the readings of one day."""
        self.rows.sum_up(day, ok=self.random.choice([9, 9, 9, 3]))
        for isrc in SERIES:
            for hour in self.random.choice([[], [20], [20], [20], [9, 20]]):
                self._ask(isrc, datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour))

    def _ask(self, isrc: str, moment: datetime) -> None:
        dice = self.random.random()
        if dice < (0.8 if isrc in SERIES[:4] else 0.1):
            self.rows.miss(moment, isrc, self.random.choice([Status.UNAVAILABLE, Status.UNAVAILABLE, Status.TIMEOUT]))
            return
        held = self.held.get(isrc)
        if held and held.date() == moment.date():
            self.rows.judge(moment, None, "ignored", isrc=isrc)
            return
        if held:
            self.rows.resolve(held, moment, self.random.choice(["restated", "rejected"]), isrc=isrc)
            del self.held[isrc]
        if dice > 0.8:
            self.held[isrc] = moment
            self.rows.judge(moment, self.random.choice(HELD), "held", count=7, isrc=isrc)
            return
        kind = self.random.choice(BELIEVED)
        if kind not in ("stuck", "dormant"):
            self.counts[isrc] += self.random.choice([0, 5])
        self.rows.judge(moment, kind, count=self.counts[isrc], isrc=isrc)


@pytest.mark.parametrize("seed", range(3))
def test_any_range_in_any_order_gives_the_same_anomalies(database: Database, seed: int):
    rows = VerdictRows(database)
    history = History(rows, seed)
    for day in DAYS:
        history.live_through(day)
        rows.derive(day)
    lived = rows.anomalies()
    assert len({row[2] for row in lived}) >= 7
    for day in history.random.sample(DAYS, 8):
        assert rows.derive(day) == 0, day
    rows.execute("truncate anomalies")
    assert rows.derive(FIRST) == len(lived)
    assert rows.anomalies() == lived
