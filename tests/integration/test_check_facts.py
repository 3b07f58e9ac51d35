"""The statements behind the checks find in the database what the checks judge, and show examples of it."""

from datetime import date, datetime, timedelta

import pytest

from tests.derivation import Derivation, at
from viewcount_core.records import Observation, Service, Status
from viewcount_core.settings import load_settings
from viewcount_pipeline.checks.by_asset import CHECKS
from viewcount_pipeline.checks.check import judge_days
from viewcount_pipeline.checks.judgment import Judgment, Level
from viewcount_pipeline.observation_log import store_observations

NOT_JUDGED, FINE, WARMING_UP, WARNING, ERROR = Level
ISRC, OTHER = "USVCT2600001", "USVCT2600002"
TODAY = date(2026, 3, 10)
NOON = at("2026-03-10")


@pytest.fixture
def derivation(database) -> Derivation:
    derived = Derivation(database)
    for isrc, video, track in ((ISRC, "aaaaaaaaaa1", "1" * 22), (OTHER, "aaaaaaaaaa2", "2" * 22)):
        derived.execute(
            "insert into tracks (isrc, title, youtube_video_id, spotify_track_id) "
            "values (:isrc, :title, :video, :track)",
            isrc=isrc, title=f"Song {video[-1]}", video=video, track=track,
        )  # fmt: skip
    return derived


def judge(derivation: Derivation, asset: str, name: str, *days: date, today: date = TODAY) -> list[Judgment]:
    """What one check says of each of the days, of today if none is named."""
    checks = [check for check in CHECKS[asset] if check.name == name]
    with derivation.database.transaction() as tx:
        now = {"today": today, "quota_day": today}
        return [judged for _, _, judged in judge_days(tx, checks, days or (TODAY,), now, load_settings())]


def live_through(derivation: Derivation, days: int, service: Service = Service.YOUTUBE) -> None:
    """Both tracks are read at noon of so many days up to today, and grow by 10 plays a day."""
    first = TODAY - timedelta(days=days - 1)
    for number in range(days):
        for isrc in (ISRC, OTHER):
            derivation.observe(isrc, NOON - timedelta(days=days - 1 - number), 1000 + 10 * number, service)
    derivation.rebuild(first, TODAY)


def fail(derivation: Derivation, isrc: str, status: Status, reason: str, moment: datetime = NOON) -> None:
    store_observations(derivation.database, [Observation(isrc, Service.YOUTUBE, moment, status, reason=reason)], None)


def test_coverage_is_read_from_the_log_before_the_day_is_judged(derivation, demo_environment):
    demo_environment.setenv("YOUTUBE_ENABLED", "1")
    live_through(derivation, 4)
    tomorrow = TODAY + timedelta(days=1)
    derivation.observe(ISRC, "2026-03-11", 2000)
    fail(derivation, OTHER, Status.TIMEOUT, "no answer", at("2026-03-11"))
    (judged,) = judge(derivation, "youtube_observations", "coverage", tomorrow, today=tomorrow)
    assert judged.sentence == "YouTube: 50.0 percent of 2 tracks read; usual is 100.0"
    assert judged.level is ERROR
    assert judged.sample == [
        {
            "service": "YouTube", "track": "Song 2", "artist": None, "isrc": OTHER,
            "status": "timeout", "reason": "no answer",
        }
    ]  # fmt: skip
    assert [round(row["percent"]) for row in judged.plot] == [50, 100, 100, 100, 100]


def test_a_track_that_was_left_for_later_was_not_possible(derivation, demo_environment):
    demo_environment.setenv("YOUTUBE_ENABLED", "1")
    live_through(derivation, 4)
    tomorrow = TODAY + timedelta(days=1)
    derivation.observe(ISRC, "2026-03-11", 2000)
    fail(derivation, OTHER, Status.DEFERRED, "the day's quota is spent", at("2026-03-11"))
    (judged,) = judge(derivation, "youtube_observations", "coverage", tomorrow, today=tomorrow)
    assert (judged.level, judged.sentence) == (FINE, "YouTube: 100.0 percent of 1 tracks read; usual is 100.0")


def test_a_day_on_which_a_service_was_not_even_asked_has_no_coverage(derivation, demo_environment):
    demo_environment.setenv("YOUTUBE_ENABLED", "1")
    (judged,) = judge(derivation, "youtube_observations", "coverage")
    assert (judged.level, judged.sentence) == (ERROR, "YouTube: no count at all of 2 tracks")
    assert {row["status"] for row in judged.sample} == {"not asked"}


def test_the_quota_counts_the_pacific_day_and_the_videos_without_a_count(derivation):
    derivation.observe(ISRC, NOON, 1000)
    for quota_day, units in ((TODAY, 9_999), (TODAY - timedelta(days=1), 5000)):
        derivation.execute(
            "insert into quota_usage values (1, :day, :utc, :units)", day=quota_day, utc=TODAY, units=units
        )
    (judged,) = judge(derivation, "youtube_observations", "quota")
    assert judged.sentence == "YouTube: 1 of 10,000 units are left, 1 needed for 1 tracks without a count"
    derivation.execute("update quota_usage set units = 10000 where quota_day = :day", day=TODAY)
    assert judge(derivation, "youtube_observations", "quota")[0].level is WARNING


SERVICE_DAYS = [
    ("zero_burst", "new_zeros = 4, gate = 'closed'", ERROR),
    ("scale_burst", "unit_errors = 11, gate = 'closed'", ERROR),
    ("same_value", "same_value = 6, gate = 'closed'", ERROR),
    ("source_stale", "stale = true, moving = 2, moved = 0, stale_days = 1", WARNING),
    ("source_stale", "stale = true, stale_days = 3", ERROR),
    ("spacing", "last_observed_at = last_observed_at + interval '5 hours'", WARNING),
    ("common_shift", "shift = 0.3", WARNING),
    ("common_shift", "shift = -0.8", ERROR),
]


def test_a_service_day_is_judged_by_its_row(derivation):
    live_through(derivation, 2)
    for name, facts, level in SERVICE_DAYS:
        asset = "count_verdicts" if name == "common_shift" else "service_days"
        derivation.execute(f"update service_days set {facts} where day = :day", day=TODAY)
        assert judge(derivation, asset, name)[0].level is level, (name, facts)
        derivation.execute(
            "update service_days set gate = 'open', stale = false, shift = 0 where day = :day", day=TODAY
        )


def test_the_day_before_is_the_one_recorded_before_however_long_ago(derivation):
    derivation.observe(ISRC, NOON - timedelta(days=100), 100)
    derivation.observe(ISRC, NOON, 200)
    for day in (TODAY - timedelta(days=100), TODAY):
        derivation.rebuild(day)
    (judged,) = judge(derivation, "service_days", "spacing")
    assert judged.numbers == {"youtube_hours": 2400.0}


def test_both_services_are_named_in_one_result(derivation):
    for service in Service:
        live_through(derivation, 2, service)
    derivation.execute(
        "update service_days set new_zeros = 9, gate = 'closed' where service_id = 2 and day = :day", day=TODAY
    )
    yesterday, today = judge(derivation, "service_days", "zero_burst", TODAY - timedelta(days=1), TODAY)
    assert yesterday.level is WARMING_UP
    assert today.sentence == (
        "Spotify: 9 of 2 tracks turned 0, more than 3: nothing of this day is published; "
        "YouTube: 0 of 2 tracks turned 0; up to 3 may"
    )


def test_a_burst_shows_the_readings_with_the_count_before(derivation):
    live_through(derivation, 2)
    derivation.execute("update service_days set new_zeros = 9, gate = 'closed' where day = :day", day=TODAY)
    derivation.execute(
        "update count_verdicts set verdict = 'ignored', kind = 'zero_burst', accepted_count = null "
        "where isrc = :isrc and observed_at = :at",
        isrc=ISRC, at=NOON,
    )  # fmt: skip
    (judged,) = judge(derivation, "service_days", "zero_burst")
    assert judged.sample == [
        {
            "service": "YouTube", "track": "Song 1", "artist": None, "isrc": ISRC,
            "before": 1000, "read": 1010, "verdict": "ignored",
        }
    ]  # fmt: skip


def test_a_shared_count_shows_on_how_many_pages(derivation):
    live_through(derivation, 1)
    derivation.execute("update service_days set same_value = 6, gate = 'closed' where day = :day", day=TODAY)
    (judged,) = judge(derivation, "service_days", "same_value")
    assert judged.sample == [
        {"service": "YouTube", "count": 1000, "pages": 2, "one_track": "Song 1", "another": "Song 2"}
    ]


def test_unusual_readings_are_shown_with_what_was_expected_held_ones_first(derivation):
    live_through(derivation, 2)
    for isrc, verdict, kind in ((ISRC, "accepted", "spike"), (OTHER, "held", "jump")):
        derivation.execute(
            "update count_verdicts set verdict = :verdict, kind = :kind, tier = 'strict', expected_low = 900, "
            "expected_high = 950, accepted_count = case when :verdict = 'accepted' then 1010 end "
            "where isrc = :isrc and observed_at = :at",
            isrc=isrc, verdict=verdict, kind=kind, at=NOON,
        )  # fmt: skip
    derivation.execute("update service_days set held = 1, flagged = 2 where day = :day", day=TODAY)
    (judged,) = judge(derivation, "daily_snapshots", "anomaly_spikes")
    assert (judged.level, judged.sentence) == (WARNING, "YouTube: 2 of 2 counts are unusual, 1 of them held back")
    assert [(row["kind"], row["track"], row["read"], row["expected_high"]) for row in judged.sample] == [
        ("jump", "Song 2", 1010, 950),
        ("spike", "Song 1", 1010, 950),
    ]
    assert [(row["kind"], row["tracks"]) for row in judged.plot] == [("jump", 1), ("spike", 1)]


def test_flagged_growth_is_shown(derivation):
    live_through(derivation, 2)
    derivation.execute(
        "update historical_view_counts set quality = 'flagged' where isrc = :isrc and recorded_date = :day",
        isrc=ISRC, day=TODAY,
    )  # fmt: skip
    (judged,) = judge(derivation, "daily_deltas", "anomaly_spikes")
    assert (judged.level, judged.sentence) == (WARNING, "YouTube: 1 of 2 growths are unusual")
    assert [(row["track"], row["growth"], row["days"]) for row in judged.sample] == [("Song 1", 10, 1)]


def test_a_believed_count_without_a_snapshot_is_missed_and_named(derivation):
    live_through(derivation, 2)
    derivation.execute(
        "delete from historical_view_counts where isrc = :isrc and recorded_date = :day", isrc=OTHER, day=TODAY
    )
    (judged,) = judge(derivation, "daily_snapshots", "no_missing_day")
    assert (judged.level, judged.sentence) == (ERROR, "YouTube: 1 of 2 believed counts have no snapshot")
    assert [row["track"] for row in judged.sample] == ["Song 2"]


def test_a_day_without_any_snapshot_is_missed_on_later_days(derivation):
    live_through(derivation, 4)
    lost = TODAY - timedelta(days=2)
    derivation.execute("delete from historical_view_counts where recorded_date = :day", day=lost)
    assert judge(derivation, "daily_snapshots", "no_missing_day")[0].sentence == (
        "YouTube: 1 of the 30 days before have readings and no snapshot: 2026-03-08; rebuild them"
    )
    found = judge(
        derivation, "daily_snapshots", "no_missing_day", lost - timedelta(days=1), lost, lost + timedelta(days=1)
    )
    assert [judged.level for judged in found] == [FINE, ERROR, ERROR]


def test_a_closed_day_needs_no_snapshots(derivation):
    live_through(derivation, 2)
    yesterday = TODAY - timedelta(days=1)
    derivation.execute("update service_days set gate = 'closed' where day = :day", day=yesterday)
    derivation.execute("delete from historical_view_counts where recorded_date = :day", day=yesterday)
    closed, today = judge(derivation, "daily_snapshots", "no_missing_day", yesterday, TODAY)
    assert (closed.level, today.level) == (NOT_JUDGED, FINE)
    assert closed.sentence == "not judged: YouTube: the day is closed: nothing of it is published"
    assert judge(derivation, "daily_snapshots", "no_missing_day")[0].level is FINE


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("delta_count = delta_count + 1", id="wrong-growth"),
        pytest.param("delta_count = null, delta_days = null", id="no-growth"),
        pytest.param("delta_days = 2", id="wrong-span"),
        pytest.param("view_count = view_count + 1", id="a-count-that-changed-later"),
    ],
)
def test_growth_that_does_not_add_up_is_found_and_shown(derivation, change):
    live_through(derivation, 3)
    derivation.execute(
        f"update historical_view_counts set {change} where isrc = :isrc and recorded_date = :day", isrc=ISRC, day=TODAY
    )
    found = judge(derivation, "daily_deltas", "delta_consistency", TODAY - timedelta(days=1), TODAY)
    assert [judged.level for judged in found] == [FINE, ERROR]
    assert found[1].sentence.startswith("YouTube: growth of 1 of 2 snapshots does not lead")
    assert [(row["track"], row["count_before"]) for row in found[1].sample] == [("Song 1", 1010)]


@pytest.mark.parametrize("gap", [2, 40])
def test_growth_over_missed_days_adds_up(derivation, gap):
    derivation.observe(ISRC, NOON - timedelta(days=gap), 100)
    derivation.observe(ISRC, NOON, 200)
    for day in (TODAY - timedelta(days=gap), TODAY):
        derivation.rebuild(day)
    assert judge(derivation, "daily_deltas", "delta_consistency")[0].level is FINE
    derivation.execute("update historical_view_counts set delta_days = 1 where recorded_date = :day", day=TODAY)
    assert judge(derivation, "daily_deltas", "delta_consistency")[0].level is ERROR


def test_growth_whose_base_the_retention_removed_is_not_doubted(derivation):
    live_through(derivation, 2)
    derivation.execute("delete from historical_view_counts where recorded_date < :day", day=TODAY)
    assert judge(derivation, "daily_deltas", "delta_consistency")[0].level is ERROR
    derivation.execute("insert into log_retention values (1, :day)", day=TODAY)
    assert judge(derivation, "daily_deltas", "delta_consistency")[0].level is FINE


def test_a_long_range_is_judged_as_its_days_are_one_by_one(derivation):
    live_through(derivation, 12)
    lost = TODAY - timedelta(days=5)
    derivation.execute("delete from historical_view_counts where recorded_date = :day", day=lost)
    days = [TODAY - timedelta(days=number) for number in range(14, -1, -1)]
    for asset, checks in CHECKS.items():
        for check in checks:
            at_once = judge(derivation, asset, check.name, *days)
            one_by_one = [judge(derivation, asset, check.name, day)[0] for day in days]
            assert at_once == one_by_one, (asset, check.name)


def said(derivation: Derivation, day: date = TODAY) -> dict[str, str]:
    """What each check says of one day."""
    return {
        f"{asset}.{check.name}": judge(derivation, asset, check.name, day, today=day)[0].sentence
        for asset, checks in CHECKS.items()
        for check in checks
    }


DERIVED_FROM_COUNTS = [
    "service_days.source_stale",
    "count_verdicts.common_shift",
    "daily_snapshots.anomaly_spikes",
    "daily_snapshots.no_missing_day",
    "daily_deltas.anomaly_spikes",
    "daily_deltas.delta_consistency",
]


def test_a_first_day_warms_up_wherever_something_is_compared(derivation):
    live_through(derivation, 1)
    cold = {name for name, sentence in said(derivation).items() if sentence.startswith("warming up: YouTube: ")}
    assert cold == {
        "youtube_observations.coverage",
        "service_days.zero_burst",
        "service_days.scale_burst",
        "service_days.source_stale",
        "service_days.spacing",
        "count_verdicts.common_shift",
        "daily_snapshots.anomaly_spikes",
        "daily_deltas.anomaly_spikes",
        "daily_deltas.delta_consistency",
    }


def test_growth_is_judged_from_the_fourth_day_on(derivation):
    live_through(derivation, 4)
    days = [TODAY - timedelta(days=number) for number in (1, 0)]
    for asset in ("daily_snapshots", "daily_deltas"):
        assert [judged.level for judged in judge(derivation, asset, "anomaly_spikes", *days)] == [WARMING_UP, FINE]


def test_a_closed_day_says_that_it_is_closed_and_why(derivation):
    live_through(derivation, 5)
    derivation.close_gate(TODAY)
    derivation.rebuild(TODAY)
    by_hand = "not judged: YouTube: the day is closed by hand: nothing of it is published"
    assert {name: said(derivation)[name] for name in DERIVED_FROM_COUNTS} == dict.fromkeys(DERIVED_FROM_COUNTS, by_hand)
    derivation.execute("update service_days set reason = '9 of 10 tracks fell to zero' where day = :day", day=TODAY)
    assert said(derivation)["daily_deltas.anomaly_spikes"] == (
        "not judged: YouTube: the day is closed, as 9 of 10 tracks fell to zero: nothing of it is published"
    )


@pytest.mark.parametrize("count", [-1, 2**53 + 1])
def test_a_day_of_nothing_but_impossible_counts_shows(derivation, demo_environment, count):
    demo_environment.setenv("YOUTUBE_ENABLED", "1")
    live_through(derivation, 5)
    tomorrow = TODAY + timedelta(days=1)
    for isrc in (ISRC, OTHER):
        derivation.observe(isrc, NOON + timedelta(days=1), count)
    derivation.rebuild(tomorrow)
    (coverage,) = judge(derivation, "youtube_observations", "coverage", tomorrow, today=tomorrow)
    assert coverage.level is ERROR
    assert coverage.sentence == ("YouTube: no count at all of 2 tracks that can be true: 2 are negative or above 2^53")
    assert [(row["status"], row["reason"]) for row in coverage.sample] == [("rejected", f"a count of {count}")] * 2
    (spikes,) = judge(derivation, "daily_snapshots", "anomaly_spikes", tomorrow, today=tomorrow)
    assert spikes.level is ERROR
    assert spikes.sentence == "YouTube: 2 of 2 counts cannot be true (negative, or above 2^53): rejected"
    assert [row["read"] for row in spikes.sample] == [count] * 2
    assert [row["tracks"] for row in spikes.plot] == [2]
    assert "none of 2 counts can be true" in said(derivation, tomorrow)["service_days.zero_burst"]


def test_an_impossible_count_that_was_read_again_is_made_good(derivation, demo_environment):
    demo_environment.setenv("YOUTUBE_ENABLED", "1")
    live_through(derivation, 5)
    derivation.observe(ISRC, NOON - timedelta(hours=1), -1)
    derivation.rebuild(TODAY)
    assert derivation.rows("select rejected from service_days where day = :day", day=TODAY) == [(0,)]
    assert judge(derivation, "youtube_observations", "coverage")[0].numbers["youtube_rejected"] == 0


def test_the_reading_before_is_that_of_the_last_day_with_a_count(derivation):
    live_through(derivation, 2)
    for number in (1, 2):
        fail(derivation, ISRC, Status.TIMEOUT, "no answer", NOON + timedelta(days=number))
    derivation.observe(ISRC, NOON + timedelta(days=3), 1500)
    for number in (1, 2, 3):
        derivation.rebuild(TODAY + timedelta(days=number))
    failed, read = judge(derivation, "service_days", "spacing", TODAY + timedelta(days=2), TODAY + timedelta(days=3))
    assert failed.sentence == "not judged: YouTube: no count was read"
    assert read.sentence.startswith("YouTube: read 72.0 hours after 2026-03-10, not about a day")
