"""What a message says: what happened, to how many tracks, since when, what to do, and where to look."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from viewcount_core.records import Service
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.advice import ACTIONS, ANCHORS
from viewcount_pipeline.alerts.digest import ServiceDay, digest_text
from viewcount_pipeline.alerts.sentences import (
    channel_dead,
    check_failed,
    data_stale,
    headline,
    quota_too_small,
    run_failed,
    schedule_missed,
    shorten,
)
from viewcount_pipeline.alerts.troubles import CheckResult, FinishedRun, Incident, Kind, Trouble
from viewcount_pipeline.alerts.wording import Place, closed_text, opened_text, signed

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbook.md"
PLACE = Place("live", "https://dagster.example.com", "https://example.com/runbook")
EVENING = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)
RUN = FinishedRun("7c1d", "count_spotify", False, EVENING, EVENING, "2026-03-10", "Spotify: refused 5 times in a row")
CHECK = CheckResult(
    "youtube_observations", "coverage", "2026-03-10", False, Severity.WARNING, "only 78 percent were read", 106
)
TROUBLES = [
    run_failed(RUN, 758),
    check_failed(CHECK, RUN),
    schedule_missed(Service.YOUTUBE, date(2026, 3, 10), EVENING, 481),
    data_stale(Service.SPOTIFY, EVENING, 30, 758),
    quota_too_small(Service.YOUTUBE, 3, 10, 331, EVENING),
    channel_dead("slack", EVENING, 2, "Failed to send Slack notification: error=404."),
]


def test_a_failed_run_is_told_with_all_a_person_needs():
    text = opened_text(PLACE, [run_failed(RUN, 758)], run_id=RUN.run_id)
    assert text.severity is Severity.ERROR
    assert text.title == "viewcount (live) ERROR: count_spotify failed"
    assert text.body.splitlines() == [
        "The run of count_spotify for 2026-03-10 failed: Spotify: refused 5 times in a row",
        "Tracks: 758",
        "Since: 2026-03-10 21:30 UTC",
        f"To do: {ACTIONS[Kind.FAILED_RUN]}",
        "Runbook: https://example.com/runbook#alert-a-run-failed",
        "",
        "Run: https://dagster.example.com/runs/7c1d",
    ]


@pytest.mark.parametrize(
    ("trouble", "what"),
    list(
        zip(
            TROUBLES,
            [
                "The run of count_spotify for 2026-03-10 failed: Spotify: refused 5 times in a row",
                "Check coverage of youtube_observations failed for 2026-03-10: only 78 percent were read",
                "YouTube was not asked on 2026-03-10: no run has begun since the first try at 2026-03-10 21:30 UTC.",
                "The newest count of Spotify is of 2026-03-10 21:30 UTC, more than 30 hours ago.",
                "YouTube's quota has 3 units left until it resets, and the next try needs 10.",
                "2 alerts could not be delivered through slack since 2026-03-10 21:30 UTC: "
                "Failed to send Slack notification: error=404.",
            ],
            strict=True,
        )
    ),
    ids=lambda value: value.kind if isinstance(value, Trouble) else "",
)
def test_every_kind_of_trouble_is_one_sentence_a_person_understands(trouble, what):
    assert trouble.what == what
    assert opened_text(PLACE, [trouble]).body.startswith(what)


def test_the_gravest_comes_first_and_no_message_grows_without_end():
    text = opened_text(PLACE, TROUBLES, run_id="7c1d")
    assert text.title == "viewcount (live) ERROR: count_spotify failed, and 5 more"
    assert text.body.count("Runbook: ") == 3
    assert "And 3 more: `viewcount alerts` lists them." in text.body
    wordy = [check_failed(CheckResult("a", "b" * 50, "", False, Severity.ERROR, "x " * 999), RUN)] * 9
    assert len(signed(opened_text(PLACE, wordy, wordy, "7c1d").body, "0" * 36, 99)) < 2000


def test_a_failed_check_names_its_service_and_the_first_day_of_the_data():
    text = opened_text(PLACE, [check_failed(replace(CHECK, service="spotify", since=date(2026, 3, 8)), RUN)])
    assert text.title == "viewcount (live) WARNING: check coverage of youtube_observations failed for Spotify"
    assert "Since: 2026-03-08 (day of the data)" in text.body


def test_past_days_are_summed_up_check_by_check():
    past = [
        check_failed(CheckResult("a", "b", f"2026-01-{day:02}", False, Severity.WARNING, "", 1), RUN)
        for day in (3, 9, 4)
    ]
    text = opened_text(PLACE, [], past, "7c1d")
    assert text.severity is Severity.WARNING
    assert text.title == "viewcount (live) WARNING: checks failed for past days"
    assert "check b of a failed: 3 days from 2026-01-03 to 2026-01-09" in text.body


def test_what_is_over_goes_where_it_was_told():
    incident = Incident(1, "stale_data", "spotify", Severity.ERROR, TROUBLES[3].what, EVENING, EVENING)
    text = closed_text(PLACE, [incident], datetime(2026, 3, 12, 9, 5, tzinfo=UTC))
    assert text.severity is Severity.ERROR
    assert text.title == "viewcount (live) over: no new counts of Spotify"
    assert text.body.startswith("Over since 2026-03-12 09:05 UTC: The newest count of Spotify")


def test_a_message_says_which_it_is_and_that_it_comes_again():
    assert signed("body", "id") == "body\n\nAlert id"
    assert signed("body", "id", 2) == "body\n\nAlert id, attempt 2: the same id is the same alert"


@pytest.mark.parametrize(
    ("day", "severity", "line"),
    [
        (ServiceDay(Service.YOUTUBE, 9, 9, 0, 0, 0, 9), Severity.INFO, "YouTube: 9 of 9 tracks recorded"),
        (
            ServiceDay(Service.YOUTUBE, 9, 7, 1, 1, 0, 7),
            Severity.WARNING,
            "YouTube: 7 of 9 tracks recorded, 1 not answered for, 1 left for later",
        ),
        (
            ServiceDay(Service.SPOTIFY, 9, 9, 0, 0, 0, 0, "closed", "zero_burst"),
            Severity.ERROR,
            "Spotify: 0 of 9 tracks recorded, the day is withheld (zero_burst)",
        ),
    ],
)
def test_the_digest_is_as_grave_as_the_day(day, severity, line):
    text = digest_text(PLACE, date(2026, 3, 9), [day], [])
    assert text.severity is severity
    assert line in text.body.splitlines()


def test_the_digest_lists_what_is_open():
    incident = Incident(1, "failed_run", "rebuild", Severity.ERROR, "what", EVENING, EVENING)
    text = digest_text(PLACE, date(2026, 3, 9), [ServiceDay(Service.YOUTUBE, 9, 9, 0, 0, 0, 9)], [incident])
    assert text.title == "viewcount (live) digest: 2026-03-09, not all is well"
    assert "Open since 2026-03-10 21:30 UTC: rebuild failed" in text.body


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_words_and_its_section_of_the_runbook(kind):
    headings = re.findall(r"^## (.*)$", RUNBOOK.read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert ANCHORS[kind] in anchors
    assert ACTIONS[kind].endswith(".")
    subject = {Kind.FAILED_CHECK: "asset:check", Kind.FAILED_RUN: "__ASSET_JOB"}.get(kind, "youtube")
    assert len(headline(kind, subject)) > 10


def test_a_text_is_cut_to_one_line():
    assert shorten("a\n b   c") == "a b c"
    assert shorten("x" * 300).endswith("…")
    assert len(shorten("x" * 300)) == 240
