"""What is news, what is known and what is over, without any database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.judgement import judge_run, judge_state
from viewcount_pipeline.alerts.troubles import CheckResult, FinishedRun, Incident, Kind, Trouble

NOW = datetime(2026, 3, 10, 22, tzinfo=UTC)
TODAY, YESTERDAY, LONG_AGO = "2026-03-10", "2026-03-09", "2026-01-05"
SUBJECT = "daily_deltas:sums"


def run(*checks: CheckResult, succeeded: bool | None = True, at: datetime = NOW) -> FinishedRun:
    return FinishedRun("1f", "count_youtube", succeeded, at, at, TODAY, "why", checks)


def result(partition: str, passed: bool, severity: Severity = Severity.ERROR) -> CheckResult:
    return CheckResult("daily_deltas", "sums", partition, passed, severity, "they do not add up", 3)


def incident(kind: Kind = Kind.FAILED_CHECK, subject: str = SUBJECT, partition: str = YESTERDAY) -> Incident:
    before = NOW - timedelta(hours=24)
    return Incident(7, kind, subject, Severity.WARNING, "what", before, before, None, partition)


@pytest.mark.parametrize(
    ("partition", "opened", "past"),
    [
        pytest.param(TODAY, 1, 0, id="today"),
        pytest.param(YESTERDAY, 1, 0, id="last-night"),
        pytest.param("2026-03-08", 0, 1, id="older"),
        pytest.param("", 1, 0, id="of-no-day"),
    ],
)
def test_only_what_is_recent_opens_an_incident(partition, opened, past):
    judgement = judge_run(run(result(partition, passed=False)), None, {}, set())
    assert (len(judgement.opened), len(judgement.past)) == (opened, past)


def test_the_latest_day_of_a_range_decides_and_the_others_are_told_beside_it():
    checks = [result(day, passed=False) for day in (TODAY, LONG_AGO, "2026-01-06")]
    judgement = judge_run(run(*checks), None, {}, {(SUBJECT, LONG_AGO)})
    assert [trouble.partition for trouble in judgement.opened] == [TODAY]
    assert [trouble.partition for trouble in judgement.past] == ["2026-01-06"]
    assert [trouble.partition for trouble in judgement.known] == [LONG_AGO]


def test_trouble_of_one_service_is_neither_that_of_the_other_nor_ended_by_it():
    spotify = replace(result(YESTERDAY, passed=False), service="spotify")
    open_now = {one.key: one for one in (incident(subject=f"{SUBJECT}:spotify"),)}
    passed = replace(result(TODAY, passed=True), service="youtube")
    assert judge_run(run(passed), None, open_now, set()).cleared == []
    failed = replace(result(TODAY, passed=False), service="youtube")
    opened = judge_run(run(spotify, failed), None, open_now, set()).opened
    assert [trouble.subject for trouble in opened] == [f"{SUBJECT}:youtube"]
    assert judge_run(run(replace(passed, service="spotify")), None, open_now, set()).cleared == list(open_now.values())


@pytest.mark.parametrize(
    ("results", "since"),
    [
        pytest.param([result(TODAY, passed=False)], TODAY, id="the-day"),
        pytest.param(
            [result(YESTERDAY, passed=False), result(TODAY, passed=False)], YESTERDAY, id="the-first-of-a-range"
        ),
        pytest.param(
            [result(LONG_AGO, passed=False), result(YESTERDAY, passed=True), result(TODAY, passed=False)],
            TODAY,
            id="after-a-pass",
        ),
        pytest.param(
            [replace(result(TODAY, passed=False), since=date(2026, 3, 7))], "2026-03-07", id="as-the-check-says"
        ),
    ],
)
def test_a_failed_check_dates_from_the_first_day_its_data_are_wrong(results, since):
    (trouble,) = judge_run(run(*results), None, {}, set()).opened
    assert trouble.since == datetime.fromisoformat(since).replace(tzinfo=UTC)


def test_a_repeated_step_counts_as_it_ended():
    judgement = judge_run(run(result(TODAY, passed=False), result(TODAY, passed=True)), None, {}, set())
    assert judgement.opened == []
    assert judgement.passed == [(SUBJECT, TODAY)]


@pytest.mark.parametrize(
    ("partition", "at", "is_over"),
    [
        pytest.param(TODAY, NOW, True, id="a-later-day"),
        pytest.param(YESTERDAY, NOW, True, id="the-day-itself"),
        pytest.param(LONG_AGO, NOW, False, id="an-older-day"),
        pytest.param(TODAY, NOW - timedelta(days=2), False, id="a-run-from-before"),
    ],
)
def test_a_pass_ends_only_what_it_is_about(partition, at, is_over):
    open_now = {incident().key: incident()}
    judgement = judge_run(run(result(partition, passed=True), at=at), None, open_now, set())
    assert (judgement.cleared == [incident()]) is is_over


@pytest.mark.parametrize(("succeeded", "opened", "cleared"), [(True, 0, 1), (False, 0, 0), (None, 0, 0)])
def test_a_failed_job_is_over_when_it_succeeds(succeeded, opened, cleared):
    own = incident(Kind.FAILED_RUN, "count_youtube")
    judgement = judge_run(run(succeeded=succeeded), 481, {own.key: own}, set())
    assert (len(judgement.opened), len(judgement.cleared)) == (opened, cleared)


def test_what_the_state_does_not_show_any_more_is_over_and_what_runs_show_is_not_for_it_to_say():
    stale, failed = incident(Kind.STALE_DATA, "youtube"), incident()
    open_now = {one.key: one for one in (stale, failed)}
    assert judge_state([], open_now, NOW).cleared == [stale]
    goes_on = Trouble(Kind.STALE_DATA, "youtube", Severity.WARNING, "what", NOW)
    assert judge_state([goes_on], open_now, NOW).cleared == []
    assert judge_state([goes_on], open_now, NOW + timedelta(days=7)).cleared == [failed]
