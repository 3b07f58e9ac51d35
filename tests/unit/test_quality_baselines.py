"""The two detectors that others use: each finds what it is meant to, and errs where it is known to."""

from datetime import UTC, datetime, timedelta

from benchmarks.quality.baselines import elementary, strong
from benchmarks.quality.history import Cell, History, Reading

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TRACKS = ("A", "B", "C")


def history(changed: dict[int, int] | None = None, *, still: tuple[str, ...] = ()) -> History:
    """Three tracks of about 1,000 plays a day; `changed` gives counts of A, the `still` ones stand from day 20 on."""
    readings = []
    for day in range(24):
        for isrc in TRACKS:
            count = 10_000 + sum(1_000 + past * 7 % 5 for past in range(min(day, 19) if isrc in still else day))
            wrong = (changed or {}).get(day, count) if isrc == "A" else count
            readings.append(Reading(isrc, "spotify", NOON + timedelta(days=day), wrong))
    return History((), tuple(readings), {}, 1, False, 0, 0)


def flagged(cells: set[Cell]) -> set[tuple[str, int]]:
    return {(isrc, (day - NOON.date()).days) for isrc, _, day in cells}


def test_a_counter_that_goes_on_as_ever_is_flagged_by_neither() -> None:
    assert elementary(history()) == strong(history()) == set()


def test_the_z_score_flags_a_step_out_of_the_ordinary() -> None:
    assert ("A", 20) in flagged(elementary(history({20: 90_000})))


def test_the_rules_flag_a_fall_and_the_way_back() -> None:
    assert flagged(strong(history({20: 0}))) == {("A", 20), ("A", 21)}


def test_the_rules_flag_a_counter_that_stands_still_alone_from_the_second_day_on() -> None:
    assert flagged(strong(history(still=("A",)))) == {("A", 21), ("A", 22), ("A", 23)}


def test_the_rules_excuse_a_service_that_stands_still_as_a_whole() -> None:
    assert strong(history(still=TRACKS)) == set()
