"""What the measures mean, on histories small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from benchmarks.quality.history import Cell, History, Label, Reading, Role
from benchmarks.quality.scoring import Score, score

FIRST = date(2026, 1, 1)
DAYS = 10


def cell(day: int, isrc: str = "A") -> Cell:
    return isrc, "youtube", FIRST + timedelta(days=day)


def history(roles: dict[int, Role], *, kind: str = "zero", event: int = 1, warm_up_days: int = 0) -> History:
    """Two tracks read on ten days; the roles are of the first one."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    readings = [Reading(isrc, "youtube", noon + timedelta(days=d), d) for d in range(DAYS) for isrc in "AB"]
    labels = {cell(day): Label(kind, event, role) for day, role in roles.items()}
    return History((), tuple(readings), labels, 1, True, warm_up_days, 0)


def measured(of: History, *flags: Cell) -> Score:
    return score(of, set(flags))


def test_precision_recall_and_f1_count_readings() -> None:
    told = measured(history({4: Role.FAULT, 5: Role.FAULT}), cell(4), cell(8, "B")).measures
    assert (told["precision"], told["recall"], told["f1"]) == (1 / 2, 1 / 2, 1 / 2)


def test_a_neutral_reading_counts_neither_way() -> None:
    told = measured(history({4: Role.FAULT, 7: Role.NEUTRAL}), cell(4), cell(7)).measures
    assert (told["precision"], told["recall"], told["wrong_flags_per_1000"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("flagged", "seen"),
    [
        pytest.param(3, 0, id="the-day-before-is-too-early"),
        pytest.param(4, 1, id="the-first-day"),
        pytest.param(5, 1, id="a-later-day"),
        pytest.param(6, 1, id="the-day-of-grace"),
        pytest.param(7, 0, id="later-is-too-late"),
    ],
)
def test_an_event_is_seen_up_to_a_day_after_it(flagged: int, seen: int) -> None:
    told = measured(history({4: Role.FAULT, 5: Role.FAULT}), cell(flagged))
    assert (told.measures["event_recall"], told.by_kind) == (seen, {"zero": seen})


def test_the_lowest_kind_is_the_one_seen_least() -> None:
    two = history({4: Role.FAULT})
    two = History((), two.readings, {**two.labels, cell(8, "B"): Label("drop", 2, Role.FAULT)}, 1, True, 0, 0)
    told = measured(two, cell(4))
    assert told.by_kind == {"drop": 0, "zero": 1}
    assert (told.measures["event_recall"], told.measures["lowest_kind_event_recall"]) == (1 / 2, 0)


def test_a_false_alarm_is_a_flag_on_a_clean_reading_away_from_faults() -> None:
    of = history({4: Role.FAULT, 7: Role.BURST, 8: Role.SHOCK, 9: Role.SOURCE_STALE})
    clean = 2 * DAYS - 3  # neither the fault, nor its day of grace, nor the stale day
    assert measured(of, cell(5), cell(9)).measures["false_alarms_per_1000"] == 0
    assert measured(of, cell(7), cell(8), cell(2, "B")).measures["false_alarms_per_1000"] == 1_000 * 3 / clean


@pytest.mark.parametrize(
    ("role", "measure", "of"),
    [
        (Role.RECOVERY, "echo_rate", 1),
        (Role.SOURCE_STALE, "source_stale_flags_per_1000", 1_000),
        (Role.CATCH_UP, "catch_up_flags_per_1000", 1_000),
    ],
)
def test_flags_on_readings_of_a_role_are_a_share_of_them(role: Role, measure: str, of: int) -> None:
    assert measured(history({4: role, 5: role}), cell(4), cell(8)).measures[measure] == of / 2
    assert measured(history({}), cell(8)).measures[measure] is None


def test_nothing_is_judged_during_the_warm_up() -> None:
    told = measured(history({4: Role.FAULT}, warm_up_days=5), cell(4), cell(3))
    assert (told.measures["event_recall"], told.measures["wrong_flags_per_1000"]) == (None, 0)


def test_a_flag_on_a_day_without_reading_counts_neither_way() -> None:
    told = measured(history({4: Role.FAULT}), cell(4), cell(DAYS + 3)).measures
    assert (told["precision"], told["f1"]) == (1, 1)


def test_a_flag_on_a_series_that_was_never_read_is_refused() -> None:
    with pytest.raises(ValueError, match="C of youtube"):
        measured(history({}), cell(4, "C"))
