"""Delivery: at least once under one id, through each channel on its own, whatever the channel does."""

import json
import logging
from datetime import timedelta

import dagster as dg
import pytest

from tests.alert_fixtures import TODAY, Surroundings, around, other_webhook, shifted_clock, webhook
from tests.command_line import CommandLine, start_process
from tests.waiting import eventually
from tests.webhook import Webhook
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.sensors import alerts

__all__ = ["around", "other_webhook", "shifted_clock", "webhook"]


def ids(hook: Webhook) -> list[str]:
    return [received.alert_id for received in hook.tried]


def test_a_channel_that_fails_and_comes_back_is_told_once_under_the_same_id(around: Surroundings, webhook):
    around.listen(webhook.url())
    webhook.code = 500
    around.run(fails=True)
    for _ in range(3):
        around.round()
    assert around.rows("select attempts, delivered_at, last_error from alert_deliveries") == [
        (3, None, "Failed to send JSON POST notification: Internal server error., error=500.")
    ]
    webhook.code = 200
    around.round()
    around.round()
    assert len(webhook.accepted) == 1
    assert len(webhook.tried) == 4
    assert len(set(ids(webhook))) == 1
    assert "attempt 4: the same id is the same alert" in webhook.accepted[0].message


def test_attempts_are_spaced_ever_wider(around: Surroundings, webhook):
    around.listen(webhook.url())
    webhook.code = 500
    around.run(fails=True)
    around.look()
    waits = []
    for _ in range(8):
        around.deliver()
        around.deliver()  # not due yet
        ((attempts, wait),) = around.rows("select attempts, next_attempt_at - last_attempt_at from alert_deliveries")
        waits.append(wait.total_seconds())
        around.clock.shift += wait
    assert attempts == 8 == len(webhook.tried)
    assert waits == [20, 40, 80, 160, 320, 640, 900, 900]


def test_a_channel_that_hangs_holds_up_neither_the_round_nor_the_other_channels(
    around: Surroundings, webhook, other_webhook
):
    around.listen(webhook.url(), other_webhook.url())
    webhook.hang()
    around.run(fails=True)
    around.look()
    assert around.deliver(seconds=1.0) == 1
    assert len(other_webhook.accepted) == 1
    around.clock.shift += timedelta(hours=1)
    around.deliver(seconds=0.5)
    assert len(webhook.tried) == 1, "while one attempt may still arrive, there is no second"
    assert around.rows("select last_error from alert_deliveries where channel = 'json'") == [
        ("no answer within 1 s; it may have arrived",)
    ]
    webhook.come_back()
    eventually(
        lambda: around.rows("select 1 from alert_deliveries where channel = 'json' and delivered_at is not null")
    )
    around.round()
    assert len(webhook.tried) == 1


def test_a_time_out_that_leaves_it_open_whether_it_arrived_is_followed_by_a_second_delivery_under_the_same_id(
    around: Surroundings, webhook
):
    around.listen(webhook.url("?rto=0.3"))
    webhook.hang()
    around.run(fails=True)
    around.round()
    assert len(webhook.tried) == 1
    webhook.come_back()
    around.round()
    around.round()
    assert len(webhook.accepted) == 2
    assert len(set(ids(webhook))) == 1


def test_an_attempt_whose_process_was_killed_is_made_again(around: Surroundings, webhook):
    around.listen(webhook.url())
    around.run(fails=True)
    around.look()
    around.deliver(seconds=0)  # the channel is known, nothing carried
    with around.database.transaction() as tx:
        assert tx.rows("pipeline/claim_alert_delivery", channel="json", now=around.clock())
    around.deliver()
    assert webhook.tried == []
    around.round()
    assert len(webhook.accepted) == 1
    assert around.rows("select attempts from alert_deliveries") == [(2,)]


def test_a_closing_message_does_not_overtake_the_one_it_closes(around: Surroundings, webhook):
    around.listen(webhook.url())
    webhook.code = 503
    around.run(fails=True)
    around.round()
    around.run()
    around.look()
    webhook.code = 200
    around.deliver()  # the closing message is due, the opening one not yet
    assert webhook.titles == []
    around.round()
    assert webhook.titles == ["ERROR: count_youtube failed", "over: count_youtube failed"]


def test_each_channel_is_told_from_its_severity_on(around: Surroundings, webhook, other_webhook):
    around.listen(f"error={webhook.url()}", f"warning={other_webhook.url()}")
    around.run({"spacing": "warn"})
    around.round()
    around.run({"spacing": "pass", "coverage": "fail"})
    around.round()
    around.run({"coverage": "pass"})
    around.round()
    assert webhook.titles == [
        "ERROR: check coverage of youtube_observations failed",
        "over: check coverage of youtube_observations failed",
    ]
    assert sorted(other_webhook.titles) == sorted(
        [
            "WARNING: check spacing of youtube_observations failed",
            "over: check spacing of youtube_observations failed",
            *webhook.titles,
        ]
    )


def test_a_new_channel_is_told_what_is_open_and_not_what_is_over(around: Surroundings, webhook):
    around.run({"spacing": "warn"})
    around.round()
    around.run({"spacing": "pass", "coverage": "fail"})
    around.round()
    around.listen(webhook.url())
    around.round()
    assert webhook.titles == ["ERROR: check coverage of youtube_observations failed"]


def test_a_dead_channel_is_told_through_the_others_and_by_the_command(
    around: Surroundings, webhook, other_webhook, capsys
):
    around.listen(webhook.url(), other_webhook.url())
    webhook.code = 500
    around.run(fails=True)
    for _ in range(5):
        around.round()
    assert other_webhook.titles == ["ERROR: count_youtube failed", "ERROR: no alert arrives through json"]
    shown = json.loads(CommandLine(capsys)("alerts", "--json").out)
    assert shown["channels"][0] == {
        "channel": "json",
        "severity": "info",
        "dead": True,
        "arrived": 0,
        "last_arrived_at": None,
        "problem": None,
    }
    assert [one["arrived"] for one in shown["channels"]] == [0, 2]
    assert {one["kind"] for one in shown["open"]} == {"failed_run", "dead_channel"}
    assert [one["channel"] for one in shown["undelivered"]] == ["json"]
    doctor = CommandLine(capsys)("doctor").out
    assert "json: nothing arrives; `viewcount alerts` tells why" in doctor
    webhook.code = 200
    around.round()
    around.round()
    assert webhook.titles == ["ERROR: count_youtube failed"]
    assert other_webhook.titles[2:] == ["over: no alert arrives through json"]


def test_what_a_url_hides_is_nowhere_to_be_read(around: Surroundings, webhook, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    hidden = webhook.url("geheim/?-key=hunter2", user="someone:hunter2@")
    around.listen(hidden, "json://token-of-mine.invalid/geheim")
    webhook.code = 404
    around.run(fails=True)
    around.round()
    shown = [
        CommandLine(capsys)("alerts", "--json").out,
        CommandLine(capsys)("alerts").out,
        CommandLine(capsys)("doctor").out,
        str(around.rows("select * from alert_deliveries")),
        # pytest listens to Apprise itself, which hands nothing on to anybody else.
        *(record.getMessage() for record in caplog.records if record.name != "apprise"),
    ]
    assert not logging.getLogger("apprise").propagate
    assert "error=404" in shown[0]
    for word in ("geheim", "hunter2", "someone", "token-of-mine"):
        assert [text for text in shown if word in text] == []


@pytest.mark.parametrize("url", ["slack://hunter2", "nonsense://hunter2", "json://host, slack://hunter2"])
def test_a_url_that_apprise_cannot_use_stops_run_and_doctor_before_anything_starts(demo_environment, capsys, url):
    demo_environment.setenv("ALERT_URLS", url)
    for name in ("run", "doctor"):
        outcome = CommandLine(capsys)(name)
        assert outcome.code == 2
        assert "ALERT_URLS: entry" in outcome.out + outcome.err
        assert "hunter2" not in outcome.out + outcome.err


def test_the_command_says_what_is_open_and_what_waits(around: Surroundings, webhook, capsys):
    assert CommandLine(capsys)("alerts").out == "nothing is open\nnobody is told: ALERT_URLS is not set\n"
    around.listen(webhook.url())
    webhook.code = 500
    around.run(fails=True)
    around.round()
    outcome = CommandLine(capsys)("alerts")
    opened, waiting, channel = outcome.out.splitlines()
    assert outcome.code == 0
    assert opened.endswith("The run of count_youtube failed: YouTube: the key is refused")
    assert waiting.startswith("undelivered through json: viewcount (demo) ERROR: count_youtube failed (")
    assert "1 attempts, next " in waiting
    assert channel == "json: nothing has ever arrived"
    webhook.code = 200
    around.round()
    *_, channel = CommandLine(capsys)("alerts").out.splitlines()
    assert channel.startswith(f"json: 1 messages have arrived, the last {around.clock():%Y-%m-%dT%H:}")


def test_of_channels_that_never_carried_anything_the_command_says_so_and_why(around: Surroundings, webhook, capsys):
    around.listen(webhook.url())
    around.run(fails=True)
    around.round()
    around.listen(webhook.url(), webhook.url("new"), "slack://hunter2")
    outcome = CommandLine(capsys)("alerts")
    assert outcome.code == 0
    _, carried, new, unusable = outcome.out.splitlines()
    assert carried.startswith("json: 1 messages have arrived, the last ")
    assert new == "json-2: nothing has ever arrived"
    assert unusable.startswith(
        "slack: nothing has ever arrived; cannot be used: ALERT_URLS: entry 3 (slack) is not a URL"
    )
    assert "hunter2" not in outcome.out


def undelivered(around: Surroundings) -> list[tuple]:
    return around.rows("select channel, attempts from alert_deliveries where delivered_at is null order by 1")


def test_what_waits_for_a_channel_that_was_renamed_goes_to_the_others_under_the_same_id(
    around: Surroundings, webhook, other_webhook, capsys
):
    around.listen("xml://127.0.0.1:1/")
    around.run(fails=True)
    around.round()
    around.run()
    around.round()  # the incident is over: a new channel would not be told of it
    waiting = around.rows("select message_id::text from alert_messages order by position")
    assert len(waiting) == 2
    around.listen(f"error={webhook.url()}", f"info={other_webhook.url()}")
    shown = json.loads(CommandLine(capsys)("alerts", "--json").out)
    assert [(one["channel"], one["configured"]) for one in shown["undelivered"]] == [("xml", False)] * 2
    assert "no longer in ALERT_URLS" in CommandLine(capsys)("alerts").out
    around.round()
    around.round()
    for hook in (webhook, other_webhook):
        assert hook.titles == ["ERROR: count_youtube failed", "over: count_youtube failed"]
        assert [(one,) for one in ids(hook)] == waiting
    assert undelivered(around) == []


def test_what_no_remaining_channel_takes_waits_for_one_that_does(around: Surroundings, webhook, capsys):
    around.listen("xml://127.0.0.1:1/")
    around.run({"spacing": "warn"})
    around.round()
    around.run({"spacing": "pass"})
    around.round()
    around.listen(f"error={webhook.url()}")
    around.round()
    assert [channel for channel, _ in undelivered(around)] == ["xml", "xml"]
    around.environment.delenv("ALERT_URLS")
    around.look()
    assert [channel for channel, _ in undelivered(around)] == ["xml", "xml"]
    assert CommandLine(capsys)("alerts").out.count("undelivered through xml") == 2
    around.listen(webhook.url())
    around.round()
    assert [title.partition(":")[0] for title in webhook.titles] == ["WARNING", "over"]


def test_what_another_channel_carried_is_not_repeated_when_one_is_removed(around: Surroundings, webhook, other_webhook):
    around.listen(webhook.url(), other_webhook.url())
    other_webhook.code = 500
    around.run(fails=True)
    around.round()
    around.listen(webhook.url())
    around.round()
    assert undelivered(around) == []
    assert webhook.titles == ["ERROR: count_youtube failed"]


def test_a_message_is_addressed_when_it_is_written(around: Surroundings, webhook):
    around.listen("xml://127.0.0.1:1/")
    around.run(fails=True)
    around.look()  # and whoever looked was killed before it could deliver
    around.run()
    around.look()
    around.listen(webhook.url())
    around.round()
    assert webhook.titles == ["ERROR: count_youtube failed", "over: count_youtube failed"]


def test_a_channel_that_comes_back_after_months_is_not_told_all_it_missed(around: Surroundings, webhook, other_webhook):
    around.listen(webhook.url(), other_webhook.url())
    around.round()
    around.listen(webhook.url())
    around.run(fails=True)
    around.round()
    around.run()
    around.round()
    around.execute("update alert_channels set since = since - interval '90 days'")
    around.execute("update alert_messages set created_at = created_at - interval '8 days'")
    around.listen(webhook.url(), other_webhook.url())
    around.round()
    assert len(webhook.titles) == 2
    assert other_webhook.titles == []


def test_the_sensor_looks_and_delivers(around: Surroundings, webhook):
    around.listen(webhook.url())
    around.run({"coverage": "fail"})
    assert tick(around) == "1 runs looked at, 1 messages delivered"
    assert webhook.titles == ["ERROR: check coverage of youtube_observations failed"]
    assert tick(around) == "0 runs looked at, 0 messages delivered"


def test_a_command_and_the_daemon_at_the_same_time_deliver_once(
    around: Surroundings, empty_database, webhook, tmp_path
):
    dagster = empty_database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    around.environment.setenv("DAGSTER_DATABASE_URL", dagster)
    around.environment.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    around.listen(webhook.url())
    around.run(fails=True)
    around.look()
    webhook.hang()
    with start_process("rebuild", "--from", TODAY, "--to", TODAY) as command:
        eventually(lambda: webhook.tried)
        assert tick(around) == "0 runs looked at, 0 messages delivered"
        webhook.come_back()
        assert command.communicate()[0].startswith(f"{TODAY} to {TODAY} rebuilt")
    assert tick(around) == "0 runs looked at, 0 messages delivered"
    assert (len(webhook.tried), len(webhook.accepted)) == (1, 1)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:1/nothing", "PostgreSQL at 127.0.0.1:1/nothing"),
        ("ALERT_URLS", "slack://hunter2", "ALERT_URLS: entry 1 (slack)"),
    ],
)
def test_whatever_the_sensor_lacks_it_says_and_tries_again(around: Surroundings, variable, value, reason):
    around.environment.setenv(variable, value)
    said = tick(around)
    assert said.startswith(f"tried again in 30 s: {reason}")
    assert "hunter2" not in said


def tick(around: Surroundings) -> str:
    postgres = Postgres()
    with dg.build_sensor_context(instance=around.instance, resources={"postgres": postgres}) as context:
        skipped = alerts(context)
    postgres.teardown_after_execution(dg.build_init_resource_context())
    return skipped.skip_message
