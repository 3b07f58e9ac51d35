"""Alerts of what the real checks say: trouble of one service, which a run of the other neither tells nor ends."""

from datetime import UTC, datetime, time, timedelta

import pytest
from dagster._core.storage.tags import PARTITION_NAME_TAG

from tests.alert_fixtures import TODAY, Surroundings, around, shifted_clock, webhook
from tests.derivation import Derivation
from viewcount_core.records import Service
from viewcount_pipeline.definitions import defs

__all__ = ["around", "shifted_clock", "webhook"]

TRACKS = [f"USVCT26{number:05}" for number in range(1, 7)]
YESTERDAY = TODAY - timedelta(days=1)
STALE = "service_days:source_stale:spotify"
NOTHING_CLOSED = [(None,)]


class Recorder:
    """Days of both services as runs leave them."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._derivation = Derivation(surroundings.database)

    def read(self, service: Service, days_ago: int, growth: int) -> None:
        """Every track at the start of a day, grown by so much since ten days ago."""
        at = datetime.combine(TODAY - timedelta(days=days_ago), time(), UTC)
        for number, isrc in enumerate(TRACKS, 1):
            self._derivation.observe(isrc, at, 1000 * number + growth, service)

    def close(self, service: Service, days_ago: int) -> None:
        """A person closes a day."""
        self._derivation.close_gate(TODAY - timedelta(days=days_ago), service)

    def judge(self, days_ago: int) -> None:
        """One run from the gate on, and a look at it."""
        day = (TODAY - timedelta(days=days_ago)).isoformat()
        job = defs.resolve_job_def("rebuild")
        assert job.execute_in_process(instance=self._around.instance, tags={PARTITION_NAME_TAG: day}).success
        self._around.round()

    def incidents(self, subject: str, what: str = "closed_at") -> list[tuple]:
        return self._around.rows(f"select {what} from alert_incidents where subject = '{subject}' order by incident_id")


@pytest.fixture
def recorded(around, webhook) -> Recorder:
    """YouTube grows; Spotify stood still on the last two days before today."""
    around.listen(webhook.url())
    recorder = Recorder(around)
    for days_ago in range(8, 0, -1):
        recorder.read(Service.YOUTUBE, days_ago, 1000 - 100 * days_ago)
        recorder.read(Service.SPOTIFY, days_ago, 1000 - 100 * max(days_ago, 3))
    for days_ago in range(8, 1, -1):
        recorder._derivation.rebuild(TODAY - timedelta(days=days_ago))
    recorder.judge(1)
    return recorder


def test_a_run_of_one_service_does_not_end_the_trouble_of_the_other(recorded, webhook):
    assert recorded.incidents(STALE) == NOTHING_CLOSED
    recorded.read(Service.YOUTUBE, 0, 1000)
    recorded.judge(0)
    assert recorded.incidents(STALE) == NOTHING_CLOSED
    assert not [title for title in webhook.titles if title.startswith("over")]
    recorded.read(Service.SPOTIFY, 0, 1000)
    recorded.judge(0)
    assert recorded.incidents(STALE) != NOTHING_CLOSED
    assert "over: check source_stale of service_days failed for Spotify" in webhook.titles


def test_an_alert_says_to_how_many_tracks_and_since_which_day(recorded, webhook):
    assert recorded.incidents(STALE, "tracks, since::date") == [(len(TRACKS), TODAY - timedelta(days=2))]
    (message,) = (received.message for received in webhook.accepted if "source_stale" in received.message)
    assert "Spotify: the service has stood still for 2 days" in message
    assert f"Tracks: {len(TRACKS)}\nSince: {TODAY - timedelta(days=2)} (day of the data)" in message


def test_a_day_that_cannot_be_judged_neither_opens_nor_ends_anything(recorded):
    recorded.read(Service.SPOTIFY, 0, 1000)
    recorded.close(Service.SPOTIFY, 0)
    recorded.judge(0)
    assert recorded.incidents(STALE) == NOTHING_CLOSED
