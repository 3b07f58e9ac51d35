"""Two services, all that can happen to them, and people who decide: a rebuild gives what living through it gave."""

from datetime import date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.derivation import UTC, Derivation
from tests.histories import ISRCS, History, histories
from tests.integration.test_verdicts import batches, derived, few, forget
from viewcount_core.records import Service, Status
from viewcount_pipeline.decisions import decide_gate, decide_reading

HELD = (
    "select isrc, service_id, observed_at from count_verdicts "
    "where verdict in ('held', 'restated', 'rejected') and tier = 'strict' order by 1, 2, 3"
)
ASKED = "select distinct service_id, observed_at::date from view_count_observations order by 1, 2"


class Life:
    """Days that come one after the other, with bursts and outages, late imports, rebuilds and decisions between."""

    def __init__(self, derivation: Derivation, histories: dict[Service, History], random: Random) -> None:
        self.derivation = derivation
        self.random = random
        self._days = {service: dict(history.days) for service, history in histories.items()}
        self._late: list[tuple[Service, date]] = []

    @property
    def all_days(self) -> list[date]:
        """From the first to the last."""
        return sorted({day for days in self._days.values() for day in days})

    def live(self) -> None:
        """Go through all days, and let nothing stay on the way."""
        for day in self.all_days:
            for service in Service:
                self._read(service, day)
            self.derivation.rebuild(day)
            self._interfere(day)
        for service, day in self._late:
            self._store(service, day)
        self.derivation.rebuild(self.random.choice(self.all_days))
        self.derivation.rebuild(self.all_days[-1])

    def _read(self, service: Service, day: date) -> None:
        dice = self.random.random()
        if dice < 0.1:
            self._late.append((service, day))
        elif dice < 0.2:
            noon = datetime.combine(day, time(12), UTC)
            self._days[service][day] = [(isrc, noon, self.random.choice([0, 5_000])) for isrc in ISRCS]
        elif dice < 0.3:
            for isrc in ISRCS[:2]:
                self.derivation.observe(isrc, datetime.combine(day, time(4), UTC), None, service, Status.UNAVAILABLE)
        if dice >= 0.1:
            self._store(service, day)

    def _store(self, service: Service, day: date) -> None:
        for isrc, at, count in self._days[service].get(day, []):
            self.derivation.observe(isrc, at, count, service)

    def _interfere(self, today: date) -> None:
        dice = self.random.random()
        if dice < 0.2:
            self._decide_reading()
        elif dice < 0.3:
            self._decide_gate()
        elif dice < 0.4 and self._late:
            self._store(*self._late.pop(0))
        if dice < 0.4:
            first = self.random.choice([day for day in self.all_days if day <= today])
            self.derivation.rebuild(first, min(first + timedelta(days=self.random.choice([0, 2, 9])), today))

    def _decide_reading(self) -> None:
        if held := self.derivation.rows(HELD):
            isrc, service, at = self.random.choice(held)
            decide_reading(
                self.derivation.database,
                isrc,
                Service(service),
                at.date(),
                is_confirmed=self.random.random() < 0.5,
                why="seen",
            )

    def _decide_gate(self) -> None:
        service, day = self.random.choice(self.derivation.rows(ASKED))
        gate = self.random.choice(["open", "closed"])
        decide_gate(self.derivation.database, Service(service), day, gate=gate, why="seen")


@pytest.fixture
def derivation(database) -> Derivation:
    found = Derivation(database)
    for isrc in ISRCS:
        found.execute("insert into tracks (isrc) values (:isrc)", isrc=isrc)
    return found


@few
@given(youtube=histories(days=18), spotify=histories(days=18), seed=st.integers(0, 10_000))
def test_a_rebuild_in_any_batches_gives_what_living_through_it_all_gave(derivation, youtube, spotify, seed):
    forget(derivation, log=True)
    derivation.execute("truncate gate_decisions, verdict_decisions")
    life = Life(derivation, {Service.YOUTUBE: youtube, Service.SPOTIFY: spotify}, Random(seed))
    life.live()
    lived = derived(derivation)
    assert lived["queue"] == set()
    forget(derivation, log=False)
    for first, last in batches(life.random, life.all_days[0], life.all_days[-1]):
        derivation.rebuild(first, last)
    rebuilt = derived(derivation)
    assert {name: lived[name] ^ rebuilt[name] for name in lived if lived[name] != rebuilt[name]} == {}
