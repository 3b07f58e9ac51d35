"""The set-based verdicts are those of the naive model, however the days come and go."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.derivation import Derivation
from tests.histories import History, histories
from tests.verdict_model import naive_verdicts

# Each example judges some weeks in a real database.
few = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # A smaller failing history is not worth the minutes it takes to find.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
DERIVED = {
    "verdicts": "select isrc, observed_at, verdict, kind, tier, accepted_count, expected_low, expected_high, "
    "resolved_at from count_verdicts",
    "days": "select service_id, day, gate, reason, stale, stale_days, shift, readings, moving, moved, new_zeros, held, "
    "flagged, scale, opening_digest, state_digest from service_days",
    "snapshots": "select isrc, service_id, recorded_date, view_count, delta_count, delta_days, quality, observed_at "
    "from historical_view_counts",
    "counts": "select isrc, service_id, view_count, last_updated from view_counts",
    "anomalies": "select isrc, service_id, kind, severity, first_day, last_day, observed_count, state, resolution, "
    "closed_on from anomalies",
    "trends": "select * from track_trends",
    "totals": "select * from track_totals",
    "queue": "select isrc from changed_verdicts",
}
EMPTIED = (
    "count_verdicts, service_days, historical_view_counts, view_counts, track_trends, track_totals, anomalies, "
    "anomaly_backlog, series_state, series_state_slots, changed_verdicts"
)


@pytest.fixture
def derivation(database) -> Derivation:
    return Derivation(database)


def forget(derivation: Derivation, *, log: bool) -> None:
    derivation.execute(f"truncate {EMPTIED}{', view_count_observations, unjudged_days' if log else ''}")
    derivation.execute(
        "insert into unjudged_days select distinct service_id, observed_at::date from view_count_observations "
        "on conflict do nothing"
    )


def derived(derivation: Derivation) -> dict[str, set]:
    return {name: set(derivation.rows(query)) for name, query in DERIVED.items()}


def verdicts(derivation: Derivation) -> dict:
    rows = derivation.rows("select isrc, observed_at, verdict, kind, accepted_count from count_verdicts")
    return {row[:2]: row[2:] for row in rows}


def live(derivation: Derivation, history: History) -> None:
    """Store and derive day after day, in two tries a day."""
    forget(derivation, log=True)
    for day in sorted(history.days):
        readings = history.days[day]
        for part in (readings[:2], readings[2:]):
            for isrc, at, count in part:
                derivation.observe(isrc, at, count)
            derivation.rebuild(day)


@few
@given(history=histories())
def test_every_verdict_is_the_one_of_the_naive_model(derivation, history):
    forget(derivation, log=True)
    for isrc, at, count in history.readings:
        derivation.observe(isrc, at, count)
    derivation.rebuild(min(history.days), max(history.days))
    assert verdicts(derivation) == naive_verdicts(history.readings)


@few
@given(history=histories(), seed=st.integers(0, 1000))
def test_rebuilding_in_any_batches_gives_what_living_through_it_gave(derivation, history, seed):
    live(derivation, history)
    lived = derived(derivation)
    assert lived["queue"] == set()
    forget(derivation, log=False)
    for first, last in batches(Random(seed), min(history.days), max(history.days)):
        derivation.rebuild(first, last)
    assert derived(derivation) == lived
    first, last = batches(Random(seed), min(history.days), max(history.days))[0]
    assert sum(derivation.rebuild(first, last).values()) == 0


@few
@given(history=histories(), seed=st.integers(0, 1000))
def test_a_day_that_arrives_late_changes_what_follows_as_if_it_had_been_there(derivation, history, seed):
    live(derivation, history)
    lived = derived(derivation)
    late = Random(seed).choice(sorted(history.days))
    live(derivation, History({day: readings for day, readings in history.days.items() if day != late}))
    for isrc, at, count in history.days[late]:
        derivation.observe(isrc, at, count)
    derivation.rebuild(late)
    assert derived(derivation) == lived


def batches(random: Random, first: date, last: date) -> list[tuple[date, date]]:
    """All days in order, some together."""
    found = []
    while first <= last:
        end = min(first + timedelta(days=random.choice([0, 1, 6, 40])), last)
        found.append((first, end))
        first = end + timedelta(days=1)
    return found
