"""How right the verdicts are, through the public commands: no worse than measured, but for a little."""

from collections.abc import Mapping

import pytest

from benchmarks.quality.benches import Bench, OwnBench
from benchmarks.quality.outside import OutsideBench, why_absent
from benchmarks.quality.scoring import Score
from benchmarks.quality.trial import Trial, try_history
from tests.acceptance.installation import Installation

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]

ABSENT = why_absent()
FLOOR = {"f1": 0.93, "event_recall": 0.92, "lowest_kind_event_recall": 0.60}
CEILING = {
    "false_alarms_per_1000": 1.0,
    "echo_rate": 0.03,
    "source_stale_flags_per_1000": 1,
    "catch_up_flags_per_1000": 2,
}


def judge(bench: Bench, seed: int, place: Installation, *, faulty: bool = True) -> tuple[Trial, Score]:
    folder = place.folder / "history"
    bench.make(seed, folder, faulty=faulty)

    def run(*arguments: object) -> None:
        outcome = place.run(*arguments)
        assert outcome.code == 0, outcome.err

    with place.connection("postgres"):
        trial = try_history(folder, run)
    return trial, bench.score(folder, trial.flags)


def shortfalls(measures: Mapping[str, float | None]) -> dict[str, float | None]:
    values = {name: measures[name] for name in (*FLOOR, *CEILING)}
    return {
        name: value
        for name, value in values.items()
        if value is None or not FLOOR.get(name, 0) <= value <= CEILING.get(name, 1)
    }


def test_histories_of_our_own_making_are_judged_as_well_as_measured(installation: Installation) -> None:
    trial, score = judge(OwnBench(days=70, series=400), 1, installation)
    assert shortfalls(score.measures) == {}
    assert trial.served_unbelieved == 0


@pytest.mark.skipif(ABSENT is not None, reason=str(ABSENT))
def test_real_counters_with_faults_are_judged_as_well_as_measured(installation: Installation) -> None:
    trial, score = judge(OutsideBench(days=70, series=40), 1, installation)
    assert shortfalls(score.measures) == {}
    assert trial.served_unbelieved == 0
