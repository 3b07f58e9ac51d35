"""A person decides what was held, and nothing else; a wrong word is refused in one line and leaves no trace."""

from datetime import date

import pytest
from sqlalchemy import text

from tests.command_line import CommandLine
from tests.verdict_rows import ISRC, VerdictRows
from viewcount_core.database import Database
from viewcount_core.errors import InputError
from viewcount_core.records import Service, Status
from viewcount_pipeline.decisions import decide_gate, decide_reading, find_gate, find_verdict

DAY = date(2026, 2, 3)
DECISIONS = """
select is_confirmed::text, why from verdict_decisions
union all select gate, why from gate_decisions order by 1, 2
"""


@pytest.fixture
def rows(database: Database) -> VerdictRows:
    found = VerdictRows(database)
    found.execute("insert into tracks (isrc) values (:isrc)", isrc=ISRC)
    found.judge("2026-02-01", None, count=100)
    found.judge("2026-02-02", "spike", count=400)
    found.judge("2026-02-03T08:00", "jump", "held", count=90_000)
    found.judge("2026-02-03T20:00", None, "ignored", count=90_000)
    found.miss("2026-02-04")
    found.judge("2026-02-05", "gate_closed", "ignored", count=410)
    found.sum_up("2026-02-05", gate="closed")
    found.judge("2026-02-06", "negative", "rejected", count=-1)
    found.judge("2026-02-07", count=420)
    found.execute("delete from count_verdicts where observed_at::date = '2026-02-07'")
    found.execute("delete from unjudged_days")
    return found


@pytest.fixture
def command(rows, demo_environment, tmp_path, capsys) -> CommandLine:
    demo_environment.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    return CommandLine(capsys)


def stored(rows: VerdictRows, query: str = DECISIONS) -> list[tuple]:
    with rows.database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.mark.parametrize("verdict", ["held", "restated", "rejected"])
def test_a_held_reading_can_be_decided_whatever_became_of_it(rows, verdict):
    rows.resolve("2026-02-03T08:00", None, verdict)
    reading = decide_reading(rows.database, ISRC, Service.YOUTUBE, DAY, is_confirmed=False, why="wrong page")
    assert (reading.view_count, reading.kind, reading.verdict) == (90_000, "jump", verdict)
    assert stored(rows) == [("false", "wrong page")]
    assert find_verdict(rows.database, ISRC, Service.YOUTUBE, reading.observed_at) == verdict


def test_the_decided_day_has_to_be_judged_again(rows):
    decide_reading(rows.database, ISRC, Service.YOUTUBE, DAY, is_confirmed=True, why="seen")
    decide_gate(rows.database, Service.YOUTUBE, date(2026, 2, 5), gate="open", why="seen")
    assert stored(rows, "select service_id, day from unjudged_days order by day") == [(1, DAY), (1, date(2026, 2, 5))]


def test_the_same_word_is_stored_once_and_another_beside_it(rows):
    for is_confirmed in (True, True, False, True):
        decide_reading(rows.database, ISRC, Service.YOUTUBE, DAY, is_confirmed=is_confirmed, why="seen")
    assert stored(rows) == [("false", "seen"), ("true", "seen"), ("true", "seen")]


def test_a_gate_is_decided_for_a_day_that_was_judged_or_not(rows):
    assert decide_gate(rows.database, Service.YOUTUBE, date(2026, 2, 5), gate="open", why="seen") == "closed"
    assert decide_gate(rows.database, Service.YOUTUBE, date(2026, 2, 7), gate="closed", why="seen") is None
    assert decide_gate(rows.database, Service.YOUTUBE, date(2026, 2, 7), gate="closed", why="seen") is None
    assert stored(rows) == [("closed", "seen"), ("open", "seen")]
    assert find_gate(rows.database, Service.YOUTUBE, date(2026, 2, 5)) == "closed"


WHY = ("--why", "seen")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(("QZABC2600001", "youtube", "2026-02-03", *WHY), "there is no track with this ISRC", id="isrc"),
        pytest.param((ISRC, "spotify", "2026-02-03", *WHY), "nothing was asked on that day", id="service"),
        pytest.param((ISRC, "youtube", "2026-02-09", *WHY), "nothing was asked on that day", id="day"),
        pytest.param((ISRC, "youtube", "2026-02-04", *WHY), "the answer was unavailable", id="no-count"),
        pytest.param((ISRC, "youtube", "2026-02-01", *WHY), "never held, it is accepted; only", id="accepted"),
        pytest.param((ISRC, "youtube", "2026-02-02", *WHY), "it is accepted (spike); only", id="flagged"),
        pytest.param((ISRC, "youtube", "2026-02-05", *WHY), "`viewcount gate open youtube 2026-02-05", id="closed"),
        pytest.param((ISRC, "youtube", "2026-02-06", *WHY), "it is rejected (negative); only", id="impossible"),
        pytest.param((ISRC, "youtube", "2026-02-07", *WHY), "`viewcount rebuild --from 2026-02-07", id="not-judged"),
        pytest.param((ISRC, "youtube", "2022-02-03", *WHY), "(VIEWCOUNT_FIRST_DATE)", id="before-the-first-day"),
        pytest.param((ISRC, "youtube", "2026-02-03", "--why", " "), "--why is empty", id="empty-why"),
        pytest.param((ISRC, "youtube", "2026-02-03"), "'--why'", id="no-why"),
        pytest.param((ISRC, "tidal", "2026-02-03", *WHY), "youtube or spotify", id="no-service"),
        pytest.param(("abc", "youtube", "2026-02-03", *WHY), "is not an ISRC", id="no-isrc"),
        pytest.param((ISRC, "youtube", "3.2.2026", *WHY), "write it like 2026-01-31", id="no-day"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_what_would_be_right(command, rows, arguments, reason):
    for word in ("confirm", "reject"):
        outcome = command("verdict", word, *arguments)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
        assert reason in outcome.err
    assert stored(rows) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(("spotify", "2026-02-03", *WHY), "spotify 2026-02-03: nothing was asked", id="service"),
        pytest.param(("youtube", "2999-01-01", *WHY), "youtube 2999-01-01: nothing was asked", id="day"),
        pytest.param(("youtube", "2026-02-03", "--why", ""), "--why is empty", id="empty-why"),
    ],
)
def test_a_day_without_observations_has_no_gate_to_decide(command, rows, arguments, reason):
    for word in ("open", "close"):
        outcome = command("gate", word, *arguments)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
        assert reason in outcome.err
    assert stored(rows) == []


def test_a_track_that_only_fails_is_no_reading(rows):
    rows.miss("2026-02-08", status=Status.TIMEOUT)
    with pytest.raises(InputError, match="the answer was timeout; only a held reading is decided"):
        decide_reading(rows.database, ISRC, Service.YOUTUBE, date(2026, 2, 8), is_confirmed=True, why="seen")
