"""Whose histories are judged, and what becomes of a command that fails."""

from pathlib import Path

import pytest

from benchmarks.quality.__main__ import choose_bench
from benchmarks.quality.benches import OwnBench
from benchmarks.quality.commands import CommandFailed, run_command
from benchmarks.quality.outside import DATA, OutsideBench, why_absent


def test_without_data_beside_the_checkout_histories_are_of_our_own_making(tmp_path: Path) -> None:
    missing = tmp_path / "nothing"
    assert why_absent(missing) is not None
    assert isinstance(choose_bench(120, 0, missing, own=False), OwnBench)


@pytest.mark.skipif(why_absent() is not None, reason=str(why_absent()))
def test_with_data_beside_the_checkout_they_are_of_real_counters_unless_asked_otherwise() -> None:
    assert isinstance(choose_bench(120, 0, DATA, own=False), OutsideBench)
    assert isinstance(choose_bench(120, 0, DATA, own=True), OwnBench)


def test_a_command_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(CommandFailed, match=r"(?s)export nothing ended with 2.*No such command .nothing."):
        run_command("export", "nothing")
