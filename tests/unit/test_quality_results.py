"""What `make bench-quality` is asked for and prints."""

import click
import pytest

from benchmarks.quality.results import MEASURES, kind_rows_of, print_rows, rows_of
from benchmarks.quality.scoring import Score
from benchmarks.quality.seeds import SEEDS


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("1-6", (1, 2, 3, 4, 5, 6)), ("4", (4,)), ("2,5", (2, 5)), ("1-3, 2,9", (1, 2, 3, 9))],
)
def test_seeds_are_ranges_and_lists(text: str, seeds: tuple[int, ...]) -> None:
    assert SEEDS.convert(text, None, None) == seeds


@pytest.mark.parametrize("text", ["", "six", "3-1", "-1", "1,"])
def test_what_is_no_seed_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(click.BadParameter, match="valid are 1-6 and 2,5"):
        SEEDS.convert(text, None, None)


def test_the_mean_of_the_seeds_is_held_against_the_target(capsys: pytest.CaptureFixture[str]) -> None:
    scores = [Score({"f1": value, "echo_rate": None}, {"zero": value}) for value in (0.97, 0.99)]
    others = {"strong": [Score({"f1": 0.7}, {"zero": 0.8})]}
    rows = rows_of(MEASURES, scores, others) + kind_rows_of(scores, others)
    assert [row.measure.is_met for row in rows] == [True, True]
    print_rows(rows, (1, 2), ["strong"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == ["F1", "0.980", ">=", "0.975", "met", "0.970", "0.990", "0.700"]
    assert lines[2] == ["zero", "0.980", ">=", "0.85", "met", "0.970", "0.990", "0.800"]


def test_one_bad_seed_can_miss_the_target() -> None:
    (row,) = rows_of(MEASURES, [Score({"false_alarms_per_1000": value}, {}) for value in (0.1, 0.5)], {})
    assert (row.measure.is_met, row.measure.verdict) == (False, "NOT MET")
