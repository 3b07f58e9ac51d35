"""Our measures against those of the tools beside the checkout, on a history of their making and on one of ours."""

from pathlib import Path

import pytest

from benchmarks.quality.baselines import BASELINES
from benchmarks.quality.benches import Bench, OwnBench
from benchmarks.quality.history_files import read_flags, read_history
from benchmarks.quality.outside import OutsideBench, why_absent
from benchmarks.quality.scoring import score

ABSENT = why_absent()
pytestmark = pytest.mark.skipif(ABSENT is not None, reason=str(ABSENT))
OUTSIDE = OutsideBench(days=70, series=20)


@pytest.fixture(scope="module", params=[OUTSIDE, OwnBench(days=70, series=60)], ids=["theirs", "ours"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bench: Bench = request.param
    folder = tmp_path_factory.mktemp("history")
    bench.make(1, folder)
    return folder


@pytest.mark.parametrize("baseline", list(BASELINES))
def test_both_measure_the_same(folder: Path, baseline: str) -> None:
    flags = OUTSIDE.flag(baseline, folder)
    theirs, ours = OUTSIDE.score(folder, flags), score(read_history(folder), read_flags(flags))
    assert ours.by_kind == theirs.by_kind
    assert ours.measures == {name: pytest.approx(theirs.measures[name]) for name in ours.measures}


def test_counters_without_faults_are_measured_the_same(tmp_path: Path) -> None:
    OUTSIDE.make(1, tmp_path, faulty=False)
    flags = OUTSIDE.flag("strong", tmp_path)
    theirs, ours = OUTSIDE.score(tmp_path, flags), score(read_history(tmp_path), read_flags(flags))
    assert ours.measures["wrong_flags_per_1000"] == pytest.approx(theirs.measures["wrong_flags_per_1000"])
