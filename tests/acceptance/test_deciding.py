"""A person's decision changes what readers see, at once and in every rebuild to come."""

import json
from datetime import date, timedelta

import pytest

from tests.acceptance.installation import Installation
from tests.webhook import serving_webhook

FIRST = date(2026, 1, 1)
ISRC, OTHER = "USVCT2600001", "USVCT2600002"
WRONG = date(2026, 1, 21)


@pytest.fixture
def recorded(installation: Installation) -> Installation:
    """Three weeks of steady growth, and a jump on their last day."""
    tracks = installation.folder / "tracks.csv"
    tracks.write_text(f"isrc,youtube_video_id\n{ISRC},dQw4w9WgXcQ\n{OTHER},9bZkp7q19f0\n")
    counts = installation.folder / "counts.csv"
    lines = ["isrc,service,observed_at,view_count"]
    for age in range(21):
        day = FIRST + timedelta(days=age)
        count = 100_000 + 1_000 * age + (900_000 if day == WRONG else 0)
        lines += [f"{ISRC},youtube,{day}T20:00:00Z,{count}", f"{OTHER},youtube,{day}T20:00:00Z,{50_000 + 500 * age}"]
    counts.write_text("\n".join(lines))
    for arguments in (
        ("import", "tracks", tracks),
        ("import", "observations", counts),
        ("rebuild", "--from", FIRST, "--to", WRONG),
    ):
        outcome = installation.run(*arguments)
        assert outcome.code == 0, outcome.err
    return installation


def history(installation: Installation) -> list[str]:
    return installation.run("export", "history", "--from", WRONG, "--isrc", ISRC).out.splitlines()[1:]


def anomalies(installation: Installation) -> list[str]:
    return installation.run("export", "anomalies").out.splitlines()[1:]


def decide(installation: Installation, *arguments: object, **settings: str) -> dict:
    outcome = installation.run(*arguments, "--why", "seen", "--json", **settings)
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out.splitlines()[-1])


def test_a_decision_changes_what_readers_see_and_survives_a_rebuild(recorded: Installation):
    assert history(recorded) == []
    (row,) = anomalies(recorded)
    assert row.startswith(f"{ISRC},youtube,{WRONG},jump,strict,error,1020000,")
    assert row.endswith(",open")

    with serving_webhook() as webhook:
        done = decide(recorded, "verdict", "confirm", ISRC, "youtube", WRONG, ALERT_URLS=webhook.url())
    assert any("alert-data-is-stale" in received.message for received in webhook.accepted), "told at its end"
    assert (done["before"], done["after"], done["view_count"], done["kind"]) == ("held", "restated", 1_020_000, "jump")
    assert done["rows_changed"] > 0
    (row,) = history(recorded)
    assert row.startswith(f"{ISRC},youtube,{WRONG},1020000,")
    assert row.endswith(",restated")
    assert anomalies(recorded)[0].endswith(",closed")

    done = decide(recorded, "gate", "close", "youtube", WRONG)
    assert (done["before"], done["after"]) == ("open", "closed")
    assert recorded.run("rebuild", "--from", FIRST, "--to", WRONG).code == 0
    assert recorded.run("export", "history", "--from", WRONG).out.count("\n") == 1

    opened = recorded.run("gate", "open", "youtube", WRONG, "--why", "seen again")
    assert opened.out.splitlines()[0] == f"youtube {WRONG}: was closed, is open"
    assert history(recorded) == [row]
