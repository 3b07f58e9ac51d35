"""Whether a reader could see a number that is not believed."""

from pathlib import Path

import pytest

from benchmarks.quality.history_files import write_csv
from benchmarks.quality.served import served_unbelieved

DAY = "2026-02-03"


def served(folder: Path, shown: int, *readings: tuple[int | str, str, str]) -> int:
    """One snapshot of the day with that count; readings are (count, instant, verdict)."""
    history, observations = folder / "history.csv", folder / "observations.csv"
    write_csv(history, ("isrc", "service", "date", "view_count"), [("A", "youtube", DAY, shown)])
    columns = ("isrc", "service", "observed_at", "view_count", "verdict")
    write_csv(observations, columns, [("A", "youtube", at, count, verdict) for count, at, verdict in readings])
    return served_unbelieved(history, observations)


@pytest.mark.parametrize("verdict", ["accepted", "restated"])
def test_a_believed_count_may_be_served(tmp_path: Path, verdict: str) -> None:
    assert served(tmp_path, 100, (100, f"{DAY}T12:00:00Z", verdict)) == 0


@pytest.mark.parametrize("verdict", ["held", "rejected", "ignored", ""])
def test_a_doubted_count_may_not(tmp_path: Path, verdict: str) -> None:
    assert served(tmp_path, 100, (100, f"{DAY}T12:00:00Z", verdict)) == 1
    assert served(tmp_path, 100, (100, f"{DAY}T12:00:00Z", verdict), (90, f"{DAY}T13:00:00Z", "accepted")) == 1


def test_a_count_that_is_both_doubted_and_believed_may_be_served(tmp_path: Path) -> None:
    assert served(tmp_path, 100, (100, f"{DAY}T12:00:00Z", "ignored"), (100, f"{DAY}T13:00:00Z", "accepted")) == 0


def test_of_a_small_fall_the_count_before_may_be_served(tmp_path: Path) -> None:
    assert served(tmp_path, 100, (100, "2026-02-02T12:00:00Z", "accepted"), (98, f"{DAY}T12:00:00Z", "accepted")) == 0


def test_no_day_without_a_believed_reading_may_be_served(tmp_path: Path) -> None:
    assert served(tmp_path, 100, (100, "2026-02-02T12:00:00Z", "accepted"), ("", f"{DAY}T12:00:00Z", "")) == 1
