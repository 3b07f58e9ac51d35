"""Prometheus can read what the API does, from one worker about all of them."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.api_fixtures import running, settings_for
from tests.ports import free_port
from tests.waiting import eventually
from viewcount_api import metrics

PROJECT = Path(__file__).parents[2]
PROGRAM = """
from viewcount_api.serving import serve
from viewcount_core.settings import load_settings
serve(load_settings(), workers=2)
"""


def sample(text: str, name: str, **labels: str) -> float:
    """The value of one series, 0 when it is not there."""
    found = [
        each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if each.name == name and each.labels == labels
    ]
    return found[0] if found else 0.0


def test_what_is_counted_can_be_read(database, redis_url):
    with running(settings_for(database, redis_url)) as api:
        before = sample(api.client.get("/metrics").text, "viewcount_api_fallbacks_total")
        metrics.fallbacks.inc()
        answer = api.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert sample(answer.text, "viewcount_api_fallbacks_total") == before + 1


def test_any_of_several_workers_tells_of_all_and_their_files_go_with_them(database, redis_url, tmp_path):
    settings, port = settings_for(database, redis_url), free_port()
    assert settings.database_url
    environment = os.environ | {
        "VIEWCOUNT_API_PORT": str(port),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": redis_url,
        "YOUTUBE_EMULATOR_URL": "http://127.0.0.1:1",
        "TMPDIR": str(tmp_path),
    }
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=PROJECT, env=environment) as process:
        try:
            eventually(lambda: counting_workers(tmp_path) == 2)
            text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
            assert "viewcount_api_requests_in_flight 0.0" in text
            assert "pid=" not in text
        finally:
            process.terminate()
    assert list(tmp_path.glob("viewcount-metrics-*")) == []


def counting_workers(folder: Path) -> int:
    return len(list(folder.glob("viewcount-metrics-*/gauge_livesum_*.db")))
