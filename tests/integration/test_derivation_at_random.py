"""Random histories, changed and rebuilt in random order, give the numbers that a naive computation gives."""

import random
from datetime import date, timedelta

import pytest

from tests.derivation import Derivation, Naive
from viewcount_core.records import Service

ISRCS = ["USVCT2600001", "USVCT2600002", "USVCT2600003"]
FIRST_DAY, DAYS = date(2026, 1, 1), 50
# Few times of day, so that instants tie and days end and begin together.
MINUTES = [0, 6 * 60, 12 * 60, 1439]


class RandomHistory:
    """Changes a database at random and keeps count of what must be believed."""

    def __init__(self, derivation: Derivation, seed: int) -> None:
        self.derivation = derivation
        self._random = random.Random(seed)
        self._read: set = set()
        self._closed: set = set()
        self._density = self._random.choice([0.1, 0.5, 0.9])

    def fill(self) -> None:
        """Read some series on some days."""
        for number in range(DAYS):
            for isrc in ISRCS:
                for service in Service:
                    if self._random.random() < self._density:
                        self._observe(isrc, service, FIRST_DAY + timedelta(days=number))
        self.derivation.rebuild(FIRST_DAY, FIRST_DAY + timedelta(days=DAYS - 1))

    def change(self) -> None:
        """Change what is believed of one day, and rebuild some days that include it."""
        # Often the last day: what is current may be lost only there.
        day = FIRST_DAY + timedelta(days=self._random.choice([self._random.randrange(DAYS), DAYS - 1]))
        service = self._random.choice(list(Service))
        self._random.choice([self._observe_some, self._hold_one, self._turn_gate])(service, day)
        before, after = self._random.choice([(0, 0), (0, 3), (4, 0), (20, 20)])
        self.derivation.rebuild(day - timedelta(days=before), day + timedelta(days=after))

    def naive(self) -> Naive:
        """What must be recorded of the readings that the verdicts believe."""
        return Naive(
            {
                row[:3]: row[3]
                for row in self.derivation.rows(
                    "select isrc, service_id, observed_at, accepted_count from count_verdicts "
                    "where accepted_count is not null"
                )
            },
            {
                row[:3]
                for row in self.derivation.rows(
                    "select isrc, service_id, recorded_date from historical_view_counts where quality = 'restated'"
                )
            },
        )

    def _observe(self, isrc: str, service: Service, day: date) -> None:
        minutes = self._random.choice(MINUTES)
        moment = f"{day}T{minutes // 60:02}:{minutes % 60:02}"
        count = self._random.choice([None, -1, *(self._random.randrange(1000) for _ in range(8)), 0])
        self.derivation.observe(isrc, moment, count, service)
        self._read |= {
            *self.derivation.rows(
                "select isrc, service_id, observed_at from view_count_observations "
                "where isrc = :isrc and service_id = :service and observed_at = :at and view_count is not null",
                isrc=isrc,
                service=service.value,
                at=moment,
            )
        }

    def _observe_some(self, service: Service, day: date) -> None:
        for isrc in ISRCS[:2]:
            self._observe(isrc, service, day)
        self._observe(ISRCS[0], service, day)

    def _hold_one(self, service: Service, day: date) -> None:
        for isrc, service_id, instant in sorted(self._read):
            if service_id == service.value and instant.date() == day:
                self.derivation.hold(isrc, instant, service)
                return

    def _turn_gate(self, service: Service, day: date) -> None:
        has_row = self.derivation.rows(
            "select 1 from service_days where service_id = :service and day = :day", service=service.value, day=day
        )
        if has_row:
            self._closed ^= {(service.value, day)}
            is_closed = (service.value, day) in self._closed
            self.derivation.close_gate(day, service, "closed" if is_closed else "open")


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_give_the_numbers_of_a_naive_computation(database, seed):
    history = RandomHistory(Derivation(database), seed)
    history.fill()
    compare(history.derivation, history.naive())
    for _ in range(12):
        history.change()
        compare(history.derivation, history.naive())


def compare(derivation: Derivation, naive: Naive) -> None:
    assert derivation.snapshots() == naive.snapshots()
    assert derivation.currents() == naive.currents()
    trends = derivation.trends()
    assert {series: (count, as_of) for series, (as_of, count, *_) in trends.items()} == naive.currents()
    for series, values in trends.items():
        check_trend(values[2:6], naive.trend(series, 7), naive.currents()[series][0])
        check_trend(values[6:10], naive.trend(series, 30), naive.currents()[series][0])
    check_totals(derivation.totals(), trends)


def check_trend(found, expected, count) -> None:
    base, change, percentage, span = found
    expected_base, expected_change, expected_span = expected
    assert (base, span) == (expected_base, pytest.approx(expected_span))
    if expected_change is None:
        assert (change, percentage) == (None, None)
        return
    assert abs(change - expected_change) <= 0.5 + 1e-9, count
    assert percentage == (pytest.approx(float(expected_change / base * 100)) if base else None)


def check_totals(totals, trends) -> None:
    assert set(totals) == {isrc for isrc, _ in trends}
    for isrc, (as_of, count, services, change_7, percentage_7, change_30, percentage_30) in totals.items():
        own = [values for series, values in trends.items() if series[0] == isrc]
        assert (as_of, count, services) == (max(v[0] for v in own), sum(v[1] for v in own), len(own))
        check_total_change((change_7, percentage_7), 7, [(v[1] - v[10], v[2], v[3], v[5]) for v in own])
        check_total_change((change_30, percentage_30), 30, [(v[1] - v[11], v[6], v[7], v[9]) for v in own])


def check_total_change(found, days, parts) -> None:
    based = [part for part in parts if part[1] is not None]
    if not based:
        assert found == (None, None)
        return
    base = sum(part[1] for part in based)
    exact = sum((count - base) * days / span for count, base, _, span in based)
    shown = sum(change for _, _, change, _ in based)
    assert found == (shown, pytest.approx(exact / base * 100) if base else None)
