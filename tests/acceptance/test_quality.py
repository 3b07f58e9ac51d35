"""How right the verdicts are, through the public commands: no worse than measured, but for a little.

Raise a floor when a rule got better. These histories are small and their seeds fixed, so the figures are those of this
very cut; `make bench-quality` tells how good the rules are.
"""

from collections.abc import Mapping

import pytest

from benchmarks.quality.benches import Bench, OwnBench
from benchmarks.quality.outside import OutsideBench, why_absent
from benchmarks.quality.trial import try_history
from tests.acceptance.installation import Installation

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]

ABSENT = why_absent()
SEED, DAYS = 1, 70
LEAST = {"f1": 0.98, "event_recall": 0.98, "lowest_kind_event_recall": 0.83}
MOST = {
    "false_alarms_per_1000": 0.4,
    "echo_rate": 0.01,
    "source_stale_flags_per_1000": 1,
    "catch_up_flags_per_1000": 4,
    "served_unbelieved": 0,
}


def measure(bench: Bench, place: Installation) -> Mapping[str, float | None]:
    folder = place.folder / "history"
    bench.make(SEED, folder)

    def run(*arguments: object) -> None:
        outcome = place.run(*arguments)
        assert outcome.code == 0, outcome.err

    with place.connection("postgres"):
        trial = try_history(folder, run)
    return {**bench.score(folder, trial.flags).measures, "served_unbelieved": trial.served_unbelieved}


def assert_good_enough(measures: Mapping[str, float | None]) -> None:
    told = {name: value for name in (*LEAST, *MOST) if (value := measures[name]) is not None}
    assert told.keys() == LEAST.keys() | MOST.keys()
    assert {name: told[name] for name, least in LEAST.items() if told[name] < least} == {}
    assert {name: told[name] for name, most in MOST.items() if told[name] > most} == {}


def test_verdicts_on_histories_of_our_own_making_are_no_worse_than_measured(installation: Installation) -> None:
    assert_good_enough(measure(OwnBench(DAYS, series=400), installation))


@pytest.mark.skipif(ABSENT is not None, reason=str(ABSENT))
def test_verdicts_on_real_counters_with_faults_are_no_worse_than_measured(installation: Installation) -> None:
    assert_good_enough(measure(OutsideBench(DAYS, series=40), installation))
