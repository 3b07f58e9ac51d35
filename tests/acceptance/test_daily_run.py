"""`viewcount run` as its user sees it: from nothing to counts that can be read, and again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.catalogs import tracks, write_catalog
from tests.acceptance.installation import Installation, summary

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]

TRACKS = 12
KEYS = {"date", "world", "seconds", "snapshots", "generation", "services"}
SERVICE_KEYS = {"enabled", "active", "asked", "ok", "failed", "deferred", "held", "units", "seconds", "gate"}


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_catalog(tmp_path / "tracks.csv", tracks(1, TRACKS))


def test_a_first_run_counts_every_track_and_a_second_one_asks_nothing(installation: Installation, catalog: Path):
    first = installation.run("run", "--json", "--catalog", catalog)
    assert first.code == 0, first.err
    told = summary(first)
    assert told.keys() == KEYS
    assert (told["date"], told["world"], told["snapshots"]) == (_today(), "demo", 2 * TRACKS)
    assert told["services"].keys() == {"youtube", "spotify"}
    for service in told["services"].values():
        assert service.keys() == SERVICE_KEYS
        assert (service["enabled"], service["gate"], service["failed"], service["deferred"]) == (True, "open", {}, 0)
        assert (service["active"], service["asked"], service["ok"]) == (TRACKS, TRACKS, TRACKS)
    assert told["services"]["youtube"]["units"] == 1

    history = installation.history()
    assert len(history) == 2 * TRACKS
    assert {row["date"] for row in history} == {_today()}
    assert all(int(row["view_count"]) > 0 and row["delta_count"] == "" for row in history)

    second = installation.run("run", "--json")
    assert second.code == 0, second.err
    again = summary(second)
    assert [service["asked"] for service in again["services"].values()] == [0, 0]
    assert (again["snapshots"], again["generation"]) == (told["snapshots"], told["generation"])
    assert installation.history() == history
    assert installation.await_none() == []
    assert installation.leftovers() == []


def test_answers_without_a_count_are_no_failure_and_failures_are_listed(installation: Installation, catalog: Path):
    gone = installation.run("run", "--json", "--catalog", catalog, EMULATOR_FAULTS="unavailable=0.5,not_found=0.5")
    assert gone.code == 0, gone.err
    counted = 0
    for service in summary(gone)["services"].values():
        assert service["failed"].keys() == {"unavailable"}
        assert service["ok"] + service["failed"]["unavailable"] == TRACKS
        counted += service["ok"]
    assert summary(gone)["snapshots"] == counted > 0

    garbled = installation.run("run", EMULATOR_FAULTS="garbled=1", SPOTIFY_ENABLED="0")
    assert garbled.code == 1, garbled.err
    missing = summary(gone)["services"]["youtube"]["failed"]["unavailable"]
    assert f"{missing} parse_error" in garbled.out
    assert "disabled" in garbled.out
    assert len(installation.history()) == counted


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
