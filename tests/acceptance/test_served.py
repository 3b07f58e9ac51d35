"""`viewcount up` over minutes: a schedule fires by itself, a month is rebuilt from the UI, a past day refused."""

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.acceptance.catalogs import Row, tracks, write_catalog
from tests.acceptance.conftest import wait_for_a_day_with_time_left
from tests.acceptance.dagster_ui import LINEAGE, DagsterUi
from tests.acceptance.installation import Installation, wait_until
from tests.ports import free_port

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]

TRACKS, DAYS = 12, 30
NEVER = "0 0 29 2 *"
# The verdicts of imported rows come first: snapshots show what was accepted.
REBUILT = ["service_days", "count_verdicts", "daily_snapshots", "daily_deltas", "track_trends", "api_cache_refresh"]
STOP_SECONDS = 60
COUNTS = "query ($isrc: ISRC!) { track(isrc: $isrc) { viewCounts(services: [YOUTUBE]) { current lastUpdated } } }"


@dataclass(frozen=True)
class Served:
    """A running `up` with a month of imported counts, and two backfills launched at once, as the daemon is slow."""

    installation: Installation
    ui: DagsterUi
    api_port: int
    rows: list[Row]
    days: list[str]
    month: str
    past_day: str


@pytest.fixture(scope="module")
def served(shared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    wait_for_a_day_with_time_left()
    folder = tmp_path_factory.mktemp("catalog")
    # One more than have a history: what the emulator says of the others does not go on from it, and is held.
    rows = tracks(1, TRACKS + 1)
    catalog = write_catalog(folder / "tracks.csv", rows)
    today = datetime.now(UTC).date()
    days = [(today - timedelta(days=age)).isoformat() for age in range(DAYS, 0, -1)]
    assert shared.run("import", "tracks", catalog).code == 0
    imported = shared.run("import", "observations", write_observations(folder / "counts.csv", rows[:TRACKS], days))
    assert imported.code == 0, imported.err
    ports = {"VIEWCOUNT_API_PORT": str(free_port()), "VIEWCOUNT_DAGSTER_PORT": str(free_port())}
    settings = {"TRACK_CATALOG_URL": str(catalog), "YOUTUBE_SCHEDULE": "* * * * *", "SPOTIFY_SCHEDULE": NEVER}
    up = shared.start("up", **ports, **settings, TRACK_CATALOG_SCHEDULE=NEVER)
    try:
        assert up.stdout
        # It says its addresses once all of it is up, the API's last.
        assert any(line.startswith("GraphQL") for line in up.stdout), "it ended before it was up"
        ui = DagsterUi(int(ports["VIEWCOUNT_DAGSTER_PORT"]))
        month = ui.launch(REBUILT, days)
        past_day = ui.launch(["youtube_observations"], days[5:6])
        yield Served(shared, ui, int(ports["VIEWCOUNT_API_PORT"]), rows, days, month, past_day)
    finally:
        stop(up)
    assert shared.await_none() == []


def stop(up: subprocess.Popen[str]) -> None:
    up.send_signal(signal.SIGINT)
    try:
        _, err = up.communicate(timeout=STOP_SECONDS)
    finally:
        up.kill()
    assert up.returncode == 0, err
    assert err.endswith("stopped\n")
    assert "Traceback" not in err


def write_observations(path: Path, rows: list[Row], days: list[str]) -> Path:
    lines = ["isrc,service,observed_at,view_count"]
    for age, day in enumerate(days):
        for place, row in enumerate(rows):
            lines.extend(
                f"{row['isrc']},{service},{day}T21:30:00Z,{(place + 1) * 1000 + age * 10}"
                for service in ("youtube", "spotify")
            )
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_schedule_fires_without_a_hand_on_it_and_counts_reach_the_api(served: Served):
    isrc = served.rows[TRACKS]["isrc"]
    url = f"http://127.0.0.1:{served.api_port}/graphql"

    def has_count_of_today() -> bool:
        answer = httpx.post(url, json={"query": COUNTS, "variables": {"isrc": isrc}}, timeout=60, trust_env=False)
        return any(
            counts["lastUpdated"][:10] > served.days[-1] for counts in answer.json()["data"]["track"]["viewCounts"]
        )

    def statuses() -> set[str]:
        return {run["status"] for run in served.ui.runs("dagster/schedule_name", "count_youtube_daily")}

    assert wait_until(lambda: bool(statuses() & {"SUCCESS", "FAILURE"}))
    assert "FAILURE" not in statuses()
    assert wait_until(has_count_of_today)


def test_the_ui_shows_every_asset_with_what_it_is_made_from(served: Served):
    nodes = served.ui.ask(LINEAGE)["assetNodes"]
    above = {node["assetKey"]["path"][0]: [key["path"][0] for key in node["dependencyKeys"]] for node in nodes}
    assert above["youtube_observations"] == above["spotify_observations"] == ["track_catalog"]
    assert set(above["view_count_observations"]) == {"youtube_observations", "spotify_observations"}
    assert above["daily_deltas"] == ["daily_snapshots"]
    assert {*REBUILT, "current_view_counts"} <= above.keys()
    assert all(node["description"] for node in nodes)


def test_a_month_is_rebuilt_in_one_run_from_the_ui(served: Served):
    status, runs = served.ui.await_end(served.month)
    assert status == "COMPLETED_SUCCESS", runs
    assert [run["status"] for run in runs] == ["SUCCESS"]
    for asset in REBUILT:
        shown = served.ui.partitions(asset)
        assert shown["partitionStats"]["numFailed"] == 0
        (month,) = [one for one in shown["assetPartitionStatuses"]["ranges"] if one["startKey"] == served.days[0]]
        assert month["status"] == "MATERIALIZED"
        assert month["endKey"] >= served.days[-1]
        for check, ranges in served.ui.checks(asset).items():
            of_month = [one for one in ranges if one["startKey"] <= served.days[-1]]
            assert {one["status"] for one in of_month} == {"SUCCEEDED"}, (asset, check, of_month)
            assert of_month[0]["startKey"] == served.days[0]
    history = [row for row in served.installation.history() if row["date"] in served.days]
    assert len(history) == 2 * TRACKS * DAYS
    assert {row["delta_count"] for row in history if row["date"] != served.days[0]} == {"10"}


def test_a_past_day_of_observations_is_refused_with_the_reason_and_not_tried_again(served: Served):
    day = served.days[5]
    status, runs = served.ui.await_end(served.past_day)
    assert status != "COMPLETED_SUCCESS"
    (run,) = runs
    assert run["status"] == "FAILURE"
    events = served.ui.events(run["runId"])
    assert f"{day}: past counts cannot be fetched, only those of today" in str(events)
    assert "re-run daily_snapshots and below" in str(events)
    assert not [event for event in events if event["__typename"] == "ExecutionStepUpForRetryEvent"]
