"""What is told of runs and checks: each thing once, its end too, and nothing is lost whenever a process dies."""

from datetime import timedelta

import pytest

from tests.alert_fixtures import TODAY, around, shifted_clock, webhook
from viewcount_core.errors import ServerUnavailable
from viewcount_pipeline.finished_runs import DagsterRuns

__all__ = ["around", "shifted_clock", "webhook"]

LONG_AGO = [TODAY - timedelta(days=number) for number in (40, 30, 20)]
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def told(around, webhook):
    """The one channel, and titles of what came through it."""
    around.listen(webhook.url())
    return webhook


def test_all_that_is_wrong_with_a_run_is_one_message(around, told):
    run_id = around.run({"coverage": "fail", "spacing": "warn", "quota": "pass"}, fails=True)
    around.round()
    assert told.titles == ["ERROR: count_youtube failed, and 2 more"]
    (message,) = (received.message for received in told.accepted)
    assert "The run of count_youtube failed: YouTube: the key is refused" in message
    assert f"Check coverage of youtube_observations failed for {TODAY}: 12 of 481 tracks lack a reading" in message
    assert "Tracks: 12" in message
    assert f"Run: http://127.0.0.1:3000/runs/{run_id}" in message
    assert "Runbook: docs/runbook.md#alert-a-check-failed" in message
    assert told.accepted[0].type == "failure"


def test_trouble_that_goes_on_is_not_told_again_and_its_end_is_told_once(around, told):
    around.run({"coverage": "fail"}, fails=True)
    around.round()
    around.run({"coverage": "fail"}, fails=True)
    around.round()
    around.round()
    assert len(told.titles) == 1
    around.run({"coverage": "pass"})
    around.round()
    around.round()
    assert told.titles[1:] == ["over: count_youtube failed, and 1 more"]
    assert told.accepted[1].type == "success"
    assert around.rows("select count(*) from alert_incidents where closed_at is null") == [(0,)]
    around.run({"coverage": "fail"})
    around.round()
    assert told.titles[2:] == ["ERROR: check coverage of youtube_observations failed"]


def test_every_run_adds_its_findings_whether_they_are_told_or_known(around, told):
    for _ in range(2):
        around.run({"coverage": "fail"}, fails=True)
        around.round()
    counted = "select kind, count(*), count(incident_id), count(message_id) from alert_findings group by 1 order by 1"
    assert around.rows(counted) == [("failed_check", 2, 2, 1), ("failed_run", 2, 2, 1)]


def test_a_warning_that_becomes_an_error_is_told_again(around, told):
    for outcome in ("warn", "fail", "warn"):
        around.run({"coverage": outcome})
        around.round()
    assert [title.partition(":")[0] for title in told.titles] == ["WARNING", "ERROR"]
    assert around.rows("select severity::text from alert_incidents") == [("error",)]


def test_old_days_that_a_rebuild_finds_wanting_are_told_once_and_are_not_todays_trouble(around, told):
    around.run({"coverage": "fail"}, days=LONG_AGO)
    around.round()
    assert told.titles == ["ERROR: checks failed for past days"]
    assert f"3 days from {LONG_AGO[0]} to {LONG_AGO[-1]}" in told.accepted[0].message
    around.run({"coverage": "fail"}, days=[*LONG_AGO, TODAY - timedelta(days=10)])
    around.round()
    assert f"coverage of youtube_observations failed: {TODAY - timedelta(days=10)}" in told.accepted[1].message
    around.run({"coverage": "fail"}, days=LONG_AGO)
    around.round()
    assert len(told.titles) == 2
    assert around.rows("select count(*) from alert_incidents") == [(0,)]


def test_an_old_day_that_passed_in_between_is_news_again(around, told):
    for outcome in ("fail", "pass", "fail"):
        around.run({"coverage": outcome}, days=LONG_AGO)
        around.round()
    assert len(told.titles) == 2


def test_a_rebuild_of_old_days_neither_ends_nor_changes_what_is_wrong_today(around, told):
    around.run({"coverage": "fail"})
    around.round()
    around.run({"coverage": "pass"}, days=LONG_AGO)
    around.round()
    assert len(told.titles) == 1
    around.run({"coverage": "pass"}, days=[YESTERDAY, TODAY])
    around.round()
    assert len(told.titles) == 2


def test_looking_at_the_same_runs_again_finds_nothing_new(around, told):
    around.run({"coverage": "fail"}, fails=True)
    around.look()
    around.run({"coverage": "pass"})
    around.round()
    before = around.rows("select * from alert_messages order by position")
    around.execute("delete from alert_seen_runs")
    around.round()
    assert around.rows("select * from alert_messages order by position") == before
    assert around.rows("select count(*) from alert_findings") == [(2,)]
    assert len(told.titles) == 2


def test_a_run_that_becomes_visible_late_is_found_although_later_ones_were_seen(around, told):
    class Late(DagsterRuns):
        hidden = around.run(fails=True)

        def ends_since(self, since):
            return [end for end in super().ends_since(since) if end.run_id != self.hidden]

    around.run({"coverage": "fail"})
    around.runs = Late(around.instance)
    around.round()
    around.runs = DagsterRuns(around.instance)
    around.round()
    assert told.titles == ["ERROR: check coverage of youtube_observations failed", "ERROR: count_youtube failed"]


def test_a_process_that_dies_while_it_looks_has_found_nothing_and_the_next_finds_all(around, told):
    class Dying(DagsterRuns):
        def read(self, end):
            if around.rows("select 1 from alert_messages") == [] and self.reads:
                raise ServerUnavailable("gone")
            self.reads += 1
            return super().read(end)

        reads = 0

    for _ in range(2):
        around.run({"coverage": "fail"}, fails=True)
    around.runs = Dying(around.instance)
    with pytest.raises(ServerUnavailable):
        around.look()
    tables = ("alert_seen_runs", "alert_findings", "alert_incidents", "alert_messages")
    assert [around.rows(f"select count(*) from {table}") for table in tables] == [[(0,)]] * 4
    around.runs = DagsterRuns(around.instance)
    around.round()
    assert around.rows("select count(*) from alert_findings") == [(4,)]
    assert len(told.titles) == 1


def test_two_processes_that_look_at_once_tell_everything_once(around, told):
    around.run(fails=True)
    with around.database.transaction() as tx:
        assert tx.row("pipeline/lock_alerts")["locked"]
        assert around.look() == 0
    assert around.look() == 1


def test_a_run_that_a_person_ended_is_no_trouble(around, told):
    run_id = around.run()
    run = around.instance.get_run_by_id(run_id)
    around.instance.report_run_canceled(run)
    around.round()
    assert told.titles == []


def test_a_check_that_cannot_judge_yet_ends_nothing(around, told):
    for outcome in ("fail", "warming up"):
        around.run({"coverage": outcome})
        around.round()
    assert len(told.titles) == 1


def test_trouble_no_run_has_shown_for_a_week_is_not_open_for_ever(around, told):
    around.run({"coverage": "fail"}, fails=True)
    around.round()
    around.clock.shift += timedelta(days=6)
    around.round()
    assert len(told.titles) == 1
    around.clock.shift += timedelta(days=1)
    around.round()
    assert told.titles[1:] == ["over: check coverage of youtube_observations failed, and 1 more"]
    assert "Not heard of since" in told.accepted[1].message
