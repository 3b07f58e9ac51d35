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
UNDELIVERED = "select 1 from alert_deliveries where delivered_at is null"
QUIET = {"YOUTUBE_SCHEDULE": "0 0 29 2 *", "TRACK_CATALOG_SCHEDULE": "0 0 29 2 *", "ALERT_DIGEST_AT": "23:59:59"}


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with serving_webhook() as hook:
        yield hook


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_catalog(tmp_path / "tracks.csv", tracks(1, 6, spotify=False))


def test_an_alert_and_its_end_arrive_although_the_channel_hangs_and_the_daemon_is_killed(
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
    waiting = json.loads(installation.run("alerts", "--json", ALERT_URLS=webhook.url()).out)
    assert [one["kind"] for one in waiting["open"]] == ["failed_run"]
    assert [one["attempts"] for one in waiting["undelivered"]] == [1]

    webhook.come_back()
    with up(installation, webhook) as process:
        assert wait_until(lambda: len(webhook.tried) == 2), process.poll()
        assert wait_until(lambda: installation.rows(UNDELIVERED) == [])
        process.send_signal(signal.SIGINT)
        assert finish(process).code == 0
    first, second = webhook.tried
    assert first.alert_id == second.alert_id
    assert second.title == "viewcount (demo) ERROR: count_youtube failed"
    assert "YOUTUBE_API_KEY" in second.message
    assert "Tracks: 6" in second.message

    repaired = installation.run("run", ALERT_URLS=webhook.url(), **{**REFUSED, **QUIET, "EMULATOR_FAULTS": ""})
    assert repaired.code == 0, repaired.err
    assert [received.title for received in webhook.tried[2:]] == ["viewcount (demo) over: count_youtube failed"]


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
