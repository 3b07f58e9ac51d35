"""The Dagster UI's own GraphQL, asked as the UI asks it."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.acceptance.installation import wait_until

TIMEOUT_SECONDS = 60
LINEAGE = "{ assetNodes { assetKey { path } dependencyKeys { path } description } }"
LAUNCH = """
mutation ($assets: [AssetKeyInput!]!, $days: [String!]!) {
  launchPartitionBackfill(backfillParams: {assetSelection: $assets, partitionNames: $days}) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
BACKFILL = "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
RUNS = """
query ($tag: String!, $value: String!) {
  runsOrError(filter: {tags: [{key: $tag, value: $value}]}) { ... on Runs { results { runId status } } }
}
"""
EVENTS = """
query ($id: ID!) {
  runOrError(runId: $id) { ... on Run { eventConnection { events {
    __typename
    ... on MessageEvent { message }
    ... on ExecutionStepFailureEvent { error { message } failureMetadata { description label } }
  } } } }
}
"""
STATUS = """
query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) { ... on AssetNode {
    partitionStats { numMaterialized numFailed }
    assetPartitionStatuses { ... on TimePartitionStatuses { ranges { status startKey endKey } } }
  } }
}
"""
CHECKS = """
query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) { ... on AssetNode { assetChecksOrError { ... on AssetChecks { checks {
    name partitionStatuses { ... on AssetCheckTimePartitionStatuses { ranges { status startKey endKey } } }
  } } } } }
}
"""
OVER = {"COMPLETED_SUCCESS", "COMPLETED_FAILED", "COMPLETED", "FAILED", "CANCELED"}


class DagsterUi:
    """One running webserver."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = httpx.post(
            self._url, json={"query": query, "variables": variables}, timeout=TIMEOUT_SECONDS, trust_env=False
        ).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def launch(self, assets: Sequence[str], days: Sequence[str]) -> str:
        """Launch a backfill; its id."""
        keys = [{"path": [asset]} for asset in assets]
        launched = self.ask(LAUNCH, assets=keys, days=list(days))["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])

    def await_end(self, backfill: str) -> tuple[str, list[dict[str, str]]]:
        """The status a backfill ends with, and its runs."""
        assert wait_until(lambda: self._status(backfill) in OVER), self._status(backfill)
        return self._status(backfill), self.runs("dagster/backfill", backfill)

    def runs(self, tag: str, value: str) -> list[dict[str, str]]:
        """Runs with that tag, the latest first."""
        found: list[dict[str, str]] = self.ask(RUNS, tag=tag, value=value)["runsOrError"]["results"]
        return found

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """What happened in a run."""
        found: list[dict[str, Any]] = self.ask(EVENTS, id=run_id)["runOrError"]["eventConnection"]["events"]
        return found

    def partitions(self, asset: str) -> dict[str, Any]:
        """How many days of an asset are materialized, and which."""
        found: dict[str, Any] = self.ask(STATUS, key={"path": [asset]})["assetNodeOrError"]
        return found

    def checks(self, asset: str) -> dict[str, list[dict[str, str]]]:
        """Ranges of days by status, for each check of an asset that is of days."""
        found = self.ask(CHECKS, key={"path": [asset]})["assetNodeOrError"]["assetChecksOrError"]["checks"]
        return {check["name"]: check["partitionStatuses"]["ranges"] for check in found if check["partitionStatuses"]}

    def _status(self, number: str) -> str:
        return str(self.ask(BACKFILL, id=number)["partitionBackfillOrError"]["status"])
