"""An alert reaches its reader although the channel hangs and the daemon is killed between finding and delivery."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.catalogs import tracks, write_catalog
from tests.acceptance.installation import Installation, finish, read_until, wait_until
from tests.ports import free_port
from tests.webhook import Webhook, serving_webhook

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]

# The services answer for nobody, and are not asked by schedule while the test runs.
REFUSED = {"EMULATOR_FAULTS": "key_invalid=1", "SPOTIFY_ENABLED": "0"}
QUIET = {"YOUTUBE_SCHEDULE": "0 0 29 2 *", "TRACK_CATALOG_SCHEDULE": "0 0 29 2 *", "ALERT_DIGEST_AT": "23:59:59"}


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with serving_webhook() as hook:
        yield hook


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_catalog(tmp_path / "tracks.csv", tracks(1, 6, spotify=False))


def test_a_failed_run_is_told_although_the_daemon_is_killed_before_it_is_delivered(
    installation: Installation, webhook: Webhook, catalog: Path
):
    failed = installation.run("run", "--catalog", catalog, **REFUSED)
    assert failed.code == 3, failed.err
    webhook.hang()
    with up(installation, webhook) as process:
        assert wait_until(lambda: len(webhook.tried) == 1), process.poll()
        installation.find("dagster._daemon").send_signal(signal.SIGKILL)
        process.kill()
        process.communicate()
    assert installation.await_none() == []
    assert installation.rows("select attempts, delivered_at from alert_deliveries") == [(1, None)]
    waiting = json.loads(installation.run("alerts", "--json", ALERT_URLS=webhook.url()).out)
    assert [one["attempts"] for one in waiting["undelivered"]] == [1]

    webhook.come_back()
    with up(installation, webhook) as process:
        assert wait_until(lambda: len(webhook.tried) == 2), process.poll()
        assert wait_until(lambda: not undelivered(installation, webhook))
        process.send_signal(signal.SIGINT)
        assert finish(process).code == 0
    first, second = webhook.tried
    assert first.alert_id == second.alert_id
    assert second.title == "viewcount (demo) ERROR: count_youtube failed"
    assert "YOUTUBE_API_KEY" in second.message
    assert "Tracks: 6" in second.message


def test_a_run_by_hand_tells_of_itself_and_of_its_end(shared: Installation, webhook: Webhook, catalog: Path):
    told = {**QUIET, "ALERT_URLS": webhook.url(), "SPOTIFY_ENABLED": "0"}
    failed = shared.run("run", "--catalog", catalog, **told, EMULATOR_FAULTS="key_invalid=1")
    assert failed.code == 3, failed.err
    again = shared.run("run", **told)
    assert again.code == 0, again.err
    assert webhook.titles == ["ERROR: count_youtube failed", "over: count_youtube failed"]


@contextmanager
def up(installation: Installation, webhook: Webhook) -> Iterator[subprocess.Popen[str]]:
    """`viewcount up` that tells the webhook."""
    ports = {"VIEWCOUNT_API_PORT": str(free_port()), "VIEWCOUNT_DAGSTER_PORT": str(free_port())}
    process = installation.start("up", ALERT_URLS=webhook.url(), **ports, **REFUSED, **QUIET)
    try:
        read_until(process, "Ctrl-C stops everything")
        yield process
    finally:
        process.kill()
        process.communicate()


def undelivered(installation: Installation, webhook: Webhook) -> list[object]:
    found: list[object] = installation.rows("select 1 from alert_deliveries where delivered_at is null")
    return found
