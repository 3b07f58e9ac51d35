"""Each check fails when it should, says so in a sentence, and says when it cannot judge yet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from viewcount_core.records import Service
from viewcount_core.settings import load_settings
from viewcount_pipeline.checks.bursts import judge_same_value, judge_scale_burst, judge_zero_burst
from viewcount_pipeline.checks.by_asset import CHECKS
from viewcount_pipeline.checks.coverage import Coverage, judge_coverage
from viewcount_pipeline.checks.growth_sums import judge_growth_sums
from viewcount_pipeline.checks.judgment import Judgment, Level, not_judged, together, warming_up
from viewcount_pipeline.checks.missing_days import RecordedDay, judge_missing_days
from viewcount_pipeline.checks.quota import judge_quota
from viewcount_pipeline.checks.service_day import ServiceDay
from viewcount_pipeline.checks.shift import judge_common_shift
from viewcount_pipeline.checks.spacing import judge_spacing
from viewcount_pipeline.checks.spikes import Growth, judge_growth, judge_readings
from viewcount_pipeline.checks.staleness import judge_staleness

NOT_JUDGED, FINE, WARMING_UP, WARNING, ERROR = Level
TODAY = date(2026, 3, 10)
EVENING = datetime(2026, 3, 10, 21, tzinfo=UTC)
DAY = ServiceDay(
    service_id=2,
    day=TODAY,
    gate="open",
    reason=None,
    ok=1000,
    rejected=0,
    known_days=9,
    moving=800,
    moved=790,
    new_zeros=0,
    unit_errors=0,
    same_value=1,
    held=0,
    flagged=0,
    stale=False,
    stale_days=0,
    shift=0.02,
    last_observed_at=EVENING,
    previous_day=TODAY - timedelta(days=1),
    previous_observed_at=EVENING - timedelta(days=1),
)
YESTERDAY = replace(DAY, day=TODAY - timedelta(days=1), last_observed_at=EVENING - timedelta(days=1))


def judged(judge, *days, **settings) -> tuple[Level, str]:
    judgment = judge(days, load_settings().model_copy(update=settings))
    return judgment.level, judgment.sentence


@pytest.mark.parametrize(
    ("judge", "facts", "expected"),
    [
        pytest.param(judge_zero_burst, {"new_zeros": 10}, (FINE, "10 of 1,000 tracks turned 0; up to 10 may"), id="10"),
        pytest.param(
            judge_zero_burst,
            {"new_zeros": 11, "gate": "closed"},
            (ERROR, "11 of 1,000 tracks turned 0, more than 10: nothing of this day is published"),
            id="more-than-1-percent",
        ),
        pytest.param(
            judge_zero_burst,
            {"new_zeros": 10, "gate": "closed"},
            (FINE, "10 of 1,000 tracks turned 0; up to 10 may"),
            id="closed-for-another-reason",
        ),
        pytest.param(
            judge_zero_burst, {"new_zeros": 3, "ok": 20}, (FINE, "3 of 20 tracks turned 0; up to 3 may"), id="3-of-few"
        ),
        pytest.param(
            judge_zero_burst,
            {"new_zeros": 4, "ok": 20, "gate": "closed"},
            (ERROR, "4 of 20 tracks turned 0, more than 3: nothing of this day is published"),
            id="4-of-few",
        ),
        pytest.param(
            judge_zero_burst,
            {"new_zeros": 500, "reason": "open by hand"},
            (FINE, "500 of 1,000 tracks turned 0, more than 10; a person opened this day"),
            id="opened-by-a-person",
        ),
        pytest.param(
            judge_zero_burst,
            {"known_days": 0},
            (WARMING_UP, "no earlier day has believed counts to compare with"),
            id="first-day",
        ),
        pytest.param(
            judge_scale_burst,
            {"unit_errors": 50, "ok": 10_000},
            (FINE, "50 of 10,000 tracks show a power of ten times their last count; up to 50 may"),
            id="half-a-percent",
        ),
        pytest.param(
            judge_scale_burst,
            {"unit_errors": 51, "ok": 10_000, "gate": "closed"},
            (
                ERROR,
                "51 of 10,000 tracks show a power of ten times their last count, more than 50: "
                "nothing of this day is published",
            ),
            id="more-than-half-a-percent",
        ),
        pytest.param(
            judge_scale_burst,
            {"known_days": 0},
            (WARMING_UP, "no earlier day has believed counts to compare with"),
            id="first-day-of-scales",
        ),
        pytest.param(
            judge_same_value, {}, (FINE, "no count of 1,000 or more is shown by two pages"), id="all-counts-differ"
        ),
        pytest.param(
            judge_same_value, {"same_value": 5}, (FINE, "one count is shown by 5 pages; up to 5 may"), id="5-pages"
        ),
        pytest.param(
            judge_same_value,
            {"same_value": 6, "gate": "closed"},
            (ERROR, "one count is shown by 6 pages, more than 5: nothing of this day is published"),
            id="6-pages",
        ),
        pytest.param(
            judge_staleness,
            {},
            (FINE, "790 of 800 tracks that usually grow show a new count"),
            id="moving",
        ),
        pytest.param(
            judge_staleness,
            {"stale": True, "moved": 3, "stale_days": 1},
            (WARNING, "the service stands still: 3 of 800 tracks that usually grow show a new count"),
            id="stale",
        ),
        pytest.param(
            judge_staleness,
            {"stale": True, "moved": 0, "stale_days": 2},
            (WARNING, "the service has stood still for 2 days: 0 of 800 tracks that usually grow show a new count"),
            id="stale-for-two-days",
        ),
        pytest.param(
            judge_staleness,
            {"stale": True, "moved": 0, "stale_days": 3},
            (ERROR, "the service has stood still for 3 days: 0 of 800 tracks that usually grow show a new count"),
            id="stale-for-three-days",
        ),
        pytest.param(
            judge_staleness,
            {"stale": None, "moving": 0},
            (WARMING_UP, "no track is known yet to gain 3 plays a day"),
            id="no-pace-yet",
        ),
        pytest.param(
            judge_common_shift, {"shift": 0.25}, (FINE, "tracks grew by 128 percent of what is usual"), id=".25"
        ),
        pytest.param(
            judge_common_shift, {"shift": 0.26}, (WARNING, "tracks grew by 130 percent of what is usual"), id="up"
        ),
        pytest.param(
            judge_common_shift, {"shift": -0.26}, (WARNING, "tracks grew by 77 percent of what is usual"), id="down"
        ),
        pytest.param(
            judge_common_shift, {"shift": -0.71}, (ERROR, "tracks grew by 49 percent of what is usual"), id="half"
        ),
        pytest.param(
            judge_common_shift,
            {"shift": None},
            (WARMING_UP, "fewer than 25 tracks that grew are known to gain 20 plays a day, too few to tell"),
            id="no-shift-yet",
        ),
        pytest.param(judge_spacing, {}, (FINE, "read 24.0 hours after 2026-03-09"), id="a-day"),
        pytest.param(
            judge_spacing,
            {"last_observed_at": EVENING - timedelta(hours=5)},
            (
                WARNING,
                "read 19.0 hours after 2026-03-09, not about a day; growth is measured over the days between snapshots",
            ),
            id="19-hours",
        ),
        pytest.param(
            judge_spacing,
            {"previous_day": date(2026, 3, 8), "previous_observed_at": EVENING - timedelta(days=2)},
            (
                WARNING,
                "read 48.0 hours after 2026-03-08, not about a day; growth is measured over the days between snapshots",
            ),
            id="a-missed-day",
        ),
        pytest.param(
            judge_spacing,
            {"previous_day": None, "previous_observed_at": None},
            (WARMING_UP, "no day before this one was read"),
            id="no-day-before",
        ),
        pytest.param(judge_readings, {}, (FINE, "none of 1,000 counts is unusual"), id="nothing-unusual"),
        pytest.param(
            judge_readings,
            {"flagged": 1},
            (WARNING, "1 of 1,000 counts are unusual, 0 of them held back"),
            id="one-flagged",
        ),
        pytest.param(
            judge_readings,
            {"held": 20, "flagged": 21},
            (WARNING, "21 of 1,000 counts are unusual, 20 of them held back"),
            id="20-held",
        ),
        pytest.param(
            judge_readings,
            {"gate": "closed", "reason": "closed by hand"},
            (NOT_JUDGED, "the day is closed by hand: nothing of it is published"),
            id="closed",
        ),
        pytest.param(
            judge_readings,
            {"rejected": 3},
            (WARNING, "3 of 1,000 counts cannot be true (negative, or above 2^53): rejected"),
            id="3-rejected",
        ),
        pytest.param(
            judge_readings,
            {"rejected": 15, "held": 6, "flagged": 6},
            (
                ERROR,
                "15 of 1,000 counts cannot be true (negative, or above 2^53): rejected; "
                "6 of 1,000 counts are unusual, 6 of them held back",
            ),
            id="more-than-20-held-or-rejected",
        ),
        pytest.param(
            judge_readings,
            {"ok": 2, "rejected": 2},
            (ERROR, "2 of 2 counts cannot be true (negative, or above 2^53): rejected"),
            id="nothing-but-rejected-ones",
        ),
        pytest.param(
            judge_readings,
            {"known_days": 0},
            (WARMING_UP, "no earlier day has believed counts to compare with"),
            id="first-day-of-readings",
        ),
        pytest.param(
            judge_readings,
            {"known_days": 2},
            (
                WARMING_UP,
                "none of 1,000 counts is unusual so far; "
                "whether growth is unusual is known once 3 days before have counts",
            ),
            id="third-day-of-readings",
        ),
        pytest.param(
            judge_zero_burst, {"ok": 5, "rejected": 5}, (NOT_JUDGED, "none of 5 counts can be true"), id="all-rejected"
        ),
        pytest.param(judge_scale_burst, {"ok": 0}, (NOT_JUDGED, "no count was read"), id="nothing-read"),
        pytest.param(judge_spacing, {"ok": 0}, (NOT_JUDGED, "no count was read"), id="nothing-read-after-a-day"),
        pytest.param(
            judge_common_shift,
            {"shift": None, "stale": True},
            (NOT_JUDGED, "the service stands still, so growth is not compared with what is usual"),
            id="no-shift-of-a-stale-day",
        ),
        pytest.param(
            judge_staleness,
            {"gate": "closed", "reason": "11 of 1000 tracks fell to zero", "stale": True},
            (NOT_JUDGED, "the day is closed, as 11 of 1000 tracks fell to zero: nothing of it is published"),
            id="closed-and-stale",
        ),
        pytest.param(judge_readings, {"held": 21}, (ERROR, "21 of 1,000 counts held back, more than 20"), id="21-held"),
        pytest.param(
            judge_readings,
            {"held": 100, "flagged": 300, "ok": 100_000},
            (WARNING, "300 of 100,000 counts are unusual, 100 of them held back"),
            id="a-thousandth-held",
        ),
        pytest.param(
            judge_readings,
            {"held": 101, "ok": 100_000},
            (ERROR, "101 of 100,000 counts held back, more than 100"),
            id="more-than-a-thousandth-held",
        ),
    ],
)
def test_a_service_day_is_judged_by_its_facts(judge, facts, expected):
    assert judged(judge, YESTERDAY, replace(DAY, **facts)) == expected


def test_a_count_on_as_many_pages_as_on_an_open_day_before_is_usual():
    crowded = replace(DAY, same_value=9)
    usual = (FINE, "one count is shown by 9 pages; up to 9 may")
    assert judged(judge_same_value, replace(YESTERDAY, same_value=9), crowded) == usual
    closed = replace(YESTERDAY, same_value=9, gate="closed")
    assert judged(judge_same_value, closed, replace(crowded, gate="closed"))[0] is ERROR


@pytest.mark.parametrize(
    ("judge", "facts", "setting"),
    [
        (judge_zero_burst, {"new_zeros": 2, "gate": "closed"}, {"zero_burst_least": 1, "zero_burst_share": 0}),
        (judge_scale_burst, {"unit_errors": 2, "gate": "closed"}, {"scale_burst_least": 1, "scale_burst_share": 0}),
        (judge_same_value, {"same_value": 3, "gate": "closed"}, {"same_value_least": 2}),
        (judge_staleness, {"stale": True, "stale_days": 2}, {"check_stale_days": 2}),
        (judge_common_shift, {"shift": 0.1}, {"check_shift_warn": 0.05, "check_shift_error": 0.06}),
        (judge_spacing, {}, {"check_spacing_most_hours": 23.0}),
        (judge_readings, {"held": 2}, {"check_held_least": 1, "check_held_share": 0}),
    ],
)
def test_every_threshold_is_a_setting(judge, facts, setting):
    before, _ = judged(judge, YESTERDAY, replace(DAY, **facts))
    after, _ = judged(judge, YESTERDAY, replace(DAY, **facts), **setting)
    assert after > before


def covered(*oks: int, active: int = 100, deferred: int = 0, rejected: int = 0) -> list[Coverage]:
    """Days of 100 active tracks; the last one with other facts."""
    first = TODAY - timedelta(days=len(oks) - 1)
    earlier = [Coverage(1, first + timedelta(days=n), 100, 0, ok, 0, None) for n, ok in enumerate(oks[:-1])]
    return [*earlier, Coverage(1, TODAY, active, deferred, oks[-1], rejected, 0)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(covered(98, 98, 98, 97), (FINE, "97.0 percent of 100 tracks read; usual is 98.0"), id="as-usual"),
        pytest.param(
            covered(100, 100, 100, 94), (WARNING, "94.0 percent of 100 tracks read; usual is 100.0"), id="fewer"
        ),
        pytest.param(covered(100, 100, 100, 95), (FINE, "95.0 percent of 100 tracks read; usual is 100.0"), id="95"),
        pytest.param(covered(100, 100, 100, 80), (WARNING, "80.0 percent of 100 tracks read; usual is 100.0"), id="80"),
        pytest.param(covered(100, 100, 100, 79), (ERROR, "79.0 percent of 100 tracks read; usual is 100.0"), id="few"),
        pytest.param(
            covered(50, 50, 50, 50), (FINE, "50.0 percent of 100 tracks read; usual is 50.0"), id="half-is-usual"
        ),
        pytest.param(
            covered(10, 10, 10, 10, 10, 10, 90, 90, 90, 90, 90),
            (FINE, "90.0 percent of 100 tracks read; usual is 90.0"),
            id="the-median-of-seven",
        ),
        pytest.param(
            covered(100, 100, 100, 30, deferred=70),
            (FINE, "100.0 percent of 30 tracks read; usual is 100.0"),
            id="what-was-left-for-later-was-not-possible",
        ),
        pytest.param(
            covered(100, 100, 60),
            (WARMING_UP, "60.0 percent of 100 tracks read; what is usual is known after 3 days"),
            id="too-few-days",
        ),
        pytest.param(covered(0), (ERROR, "no count at all of 100 tracks"), id="nothing-read"),
        pytest.param(
            covered(0, deferred=100),
            (ERROR, "no count at all of 100 tracks, 100 of them left for a later try"),
            id="everything-left-for-later",
        ),
        pytest.param(
            covered(100, 100, 100, 100, rejected=100),
            (ERROR, "no count at all of 100 tracks that can be true: 100 are negative or above 2^53"),
            id="nothing-but-rejected-counts",
        ),
        pytest.param(
            covered(100, 100, 100, 100, rejected=6),
            (WARNING, "94.0 percent of 100 tracks read, without 6 whose counts cannot be true; usual is 100.0"),
            id="some-rejected-counts",
        ),
        pytest.param(covered(0, active=0), (NOT_JUDGED, "there is no active track to ask for"), id="no-tracks"),
    ],
)
def test_coverage_is_compared_with_what_is_usual(days, expected):
    assert judged(judge_coverage, *days) == expected


def test_a_disabled_service_is_not_missed():
    disabled = (NOT_JUDGED, "the service is disabled, so no count is missed")
    assert judged(judge_coverage, *covered(100, 0), youtube_enabled=False) == disabled
    read_before = judged(judge_coverage, *covered(100, 100, 100, 79), youtube_enabled=False)
    assert read_before == (ERROR, "79.0 percent of 100 tracks read; usual is 100.0")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            (10, 500, 0), (FINE, "9,990 of 10,000 units are left, 0 needed for 0 tracks without a count"), id="enough"
        ),
        pytest.param(
            (9_990, 500, 500),
            (FINE, "10 of 10,000 units are left, 10 needed for 500 tracks without a count"),
            id="just-enough",
        ),
        pytest.param(
            (9_991, 500, 451),
            (WARNING, "9 of 10,000 units are left, 10 needed for 451 tracks without a count"),
            id="one-unit-short",
        ),
        pytest.param(
            (0, 500_001, 0),
            (WARNING, "500,001 tracks need 10,001 units a day, and there are 10,000"),
            id="more-tracks-than-a-quota",
        ),
    ],
)
def test_the_quota_has_to_do_for_what_lacks_a_count(facts, expected):
    spent, active, lacking = facts
    facts = Coverage(1, TODAY, active, 0, active - lacking, 0, spent)
    assert judged(judge_quota, facts, youtube_enabled=True) == expected


@pytest.mark.parametrize(
    ("is_enabled", "spent", "why"),
    [(True, None, "the quota of a past day is over"), (False, 0, "the service is disabled, so no units are needed")],
)
def test_a_quota_nobody_draws_on_is_not_judged(is_enabled, spent, why):
    facts = Coverage(1, TODAY, 500, 0, 0, 0, spent)
    assert judged(judge_quota, facts, youtube_enabled=is_enabled) == (NOT_JUDGED, why)


def growth(**facts) -> Growth:
    """A day of 1,000 snapshots that all have a growth."""
    usual = {"gate": "open", "reason": None, "ok": 1000, "rejected": 0, "known_days": 9, "snapshots": 1000}
    return Growth(**{"service_id": 1, "day": TODAY, **usual, "growths": 1000, "flagged": 0, "wrong": 0, **facts})


def recorded(day: date, snapshots: int, missing: int, gate: str = "open", reason: str | None = None) -> RecordedDay:
    return RecordedDay(1, day, gate, reason, 9, 0, snapshots, missing)


@pytest.mark.parametrize(
    ("judge", "days", "expected"),
    [
        (judge_growth, [growth()], (FINE, "none of 1,000 growths is unusual")),
        (judge_growth, [growth(flagged=2)], (WARNING, "2 of 1,000 growths are unusual")),
        (
            judge_growth,
            [growth(growths=0, known_days=0)],
            (WARMING_UP, "none of 1,000 snapshots has one before it to grow from"),
        ),
        (
            judge_growth,
            [growth(known_days=2)],
            (
                WARMING_UP,
                "none of 1,000 growths is unusual so far; "
                "whether growth is unusual is known once 3 days before have counts",
            ),
        ),
        (
            judge_growth,
            [growth(gate="closed", snapshots=0, growths=0)],
            (NOT_JUDGED, "the day is closed: nothing of it is published"),
        ),
        (
            judge_growth,
            [growth(snapshots=0, growths=0)],
            (NOT_JUDGED, "no count of this day is believed yet, so none has grown"),
        ),
        (judge_growth, [growth(snapshots=0, growths=0, ok=0)], (NOT_JUDGED, "no count was read")),
        (judge_growth_sums, [growth()], (FINE, "1,000 growths add up to the counts")),
        (
            judge_growth_sums,
            [growth(growths=0)],
            (WARMING_UP, "none of 1,000 snapshots has one before it to grow from"),
        ),
        (
            judge_growth_sums,
            [growth(wrong=1)],
            (ERROR, "growth of 1 of 1,000 snapshots does not lead from the one before to it"),
        ),
        (judge_missing_days, [recorded(TODAY, 9, 0)], (FINE, "all of 9 believed counts have their snapshot")),
        (judge_missing_days, [recorded(TODAY, 8, 1)], (ERROR, "1 of 9 believed counts have no snapshot")),
        (
            judge_missing_days,
            [recorded(date(2026, 3, 7), 0, 1), recorded(date(2026, 3, 9), 9, 0), recorded(TODAY, 9, 0)],
            (ERROR, "1 of the 30 days before have readings and no snapshot: 2026-03-07; rebuild them"),
        ),
        (
            judge_missing_days,
            [recorded(TODAY - timedelta(days=31), 0, 1), recorded(TODAY, 9, 0)],
            (FINE, "all of 9 believed counts have their snapshot"),
        ),
        (
            judge_missing_days,
            [recorded(TODAY, 0, 0, gate="closed", reason="closed by hand")],
            (NOT_JUDGED, "the day is closed by hand: nothing of it is published"),
        ),
        (
            judge_missing_days,
            [recorded(TODAY, 0, 0)],
            (NOT_JUDGED, "no count of this day is believed yet, so none has a snapshot"),
        ),
    ],
)
def test_the_record_is_judged_by_what_does_not_fit(judge, days, expected):
    assert judged(judge, *days) == expected


@pytest.mark.parametrize("name", sorted({check.name for checks in CHECKS.values() for check in checks}))
def test_every_check_is_documented(name):
    page = Path(__file__).resolve().parents[2] / "docs" / "data-quality.md"
    assert f"| `{name}` |" in page.read_text(encoding="utf-8")


def test_two_services_make_one_result_with_the_worst_first():
    both = together(
        {
            Service.YOUTUBE: Judgment(FINE, "all well", {"found": 0}, plot=[{"day": 1, "x": 2}], drawn="x"),
            Service.SPOTIFY: Judgment(ERROR, "all wrong", {"found": 9}, [{"track": "a"}] * 12),
        }
    )
    assert (both.level, both.passed) == (ERROR, False)
    assert both.sentence == "Spotify: all wrong; YouTube: all well"
    assert both.numbers == {"spotify_found": 9, "youtube_found": 0}
    assert both.sample == [{"service": "Spotify", "track": "a"}] * 10
    assert (both.plot, both.drawn) == ([{"service": "YouTube", "day": 1, "x": 2}], "x")


def test_a_result_that_warms_up_or_has_nothing_to_judge_says_so_and_passes():
    cold, warm, closed = warming_up("too early"), Judgment(FINE, "all well"), not_judged("closed")

    def said(youtube: Judgment, spotify: Judgment) -> tuple[bool, str]:
        both = together({Service.YOUTUBE: youtube, Service.SPOTIFY: spotify})
        return both.passed, both.sentence

    assert said(warm, cold) == (True, "Spotify (warming up): too early; YouTube: all well")
    assert said(cold, cold) == (True, "warming up: YouTube: too early; Spotify: too early")
    assert said(Judgment(ERROR, "x"), cold) == (False, "YouTube: x; Spotify (warming up): too early")
    assert said(warm, closed) == (True, "YouTube: all well; Spotify (not judged): closed")
    assert said(closed, closed) == (True, "not judged: YouTube: closed; Spotify: closed")


def test_trouble_says_to_how_many_tracks_and_since_which_day():
    first = TODAY - timedelta(days=2)
    days = [replace(DAY, day=first + timedelta(days=n), stale=n > 0, stale_days=n, moved=10) for n in range(3)]
    still = judge_staleness(days, load_settings())
    assert (still.tracks, still.since) == (790, TODAY - timedelta(days=1))
    late = replace(DAY, last_observed_at=EVENING + timedelta(hours=9))
    assert judge_spacing([late], load_settings()).tracks == 1000
    lost = judge_missing_days([recorded(first, 0, 1), recorded(TODAY, 9, 0)], load_settings())
    assert lost.since == first


def test_a_plot_has_the_last_14_recorded_days_newest_first():
    days = [replace(DAY, day=TODAY - timedelta(days=number), shift=0.0) for number in range(20, -1, -1)]
    plot = judge_common_shift(days, load_settings()).plot
    assert [row["day"] for row in plot] == [TODAY - timedelta(days=number) for number in range(14)]
    assert {row["percent of usual growth"] for row in plot} == {100.0}
