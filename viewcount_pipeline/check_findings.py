"""What a check's result says of each service, kept in its metadata: a result speaks for several, trouble is of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg

from viewcount_pipeline.checks.judgment import Judgment, Level

FINDINGS = "by_service"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One service's day. `service` is a key, or empty where the check is about one service anyway.

    `tracks` is how many it concerns, `since` the first day of the trouble; both only where it did not pass.
    """

    service: str
    level: Level
    sentence: str
    tracks: int | None
    since: date | None

    @property
    def is_judged(self) -> bool:
        """As `Judgment.is_judged`."""
        return self.level not in (Level.NOT_JUDGED, Level.WARMING_UP)


def findings_of(judged: Judgment, *, names_service: bool) -> list[CheckFinding]:
    """One for each service of a judgment that `together` made."""
    return [
        CheckFinding(
            service.key if names_service else "",
            one.level,
            f"{service.label}: {one.sentence}",
            None if one.passed else one.tracks,
            None if one.passed else one.since,
        )
        for service, one in sorted(judged.by_service.items())
    ]


def as_metadata(findings: Sequence[CheckFinding]) -> dg.JsonMetadataValue:
    """For the metadata of a result."""
    return dg.MetadataValue.json(
        [
            {
                "service": one.service,
                "state": one.level.name.lower(),
                "sentence": one.sentence,
                "tracks": one.tracks,
                "since": one.since.isoformat() if one.since else None,
            }
            for one in findings
        ]
    )


def findings_in(evaluation: dg.AssetCheckEvaluation) -> list[CheckFinding] | None:
    """Of a stored result; None for one of a check that keeps none."""
    kept = evaluation.metadata.get(FINDINGS)
    if not isinstance(kept, dg.JsonMetadataValue) or not isinstance(kept.value, list):
        return None
    return [_finding(row) for row in kept.value]


def _finding(row: dict[str, Any]) -> CheckFinding:
    return CheckFinding(
        row["service"],
        Level[row["state"].upper()],
        row["sentence"],
        row["tracks"],
        date.fromisoformat(row["since"]) if row["since"] else None,
    )
