"""Emulated counts: reproducible, never falling, with the rhythms that real ones have."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewcount_core.records import Service
from viewcount_local.emulators.growth import ANCHOR, Growth

NIGHT = datetime(2026, 3, 2, 22, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2023, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SERVICES = st.sampled_from(list(Service))
IDS = st.text("abcXYZ019_-", min_size=11, max_size=22)


@given(SERVICES, IDS, st.integers(0, 9), st.one_of(st.none(), st.integers(0, 10**11)), INSTANTS, INSTANTS)
def test_a_count_never_falls(
    service: Service, source_id: str, seed: int, base: int | None, one: datetime, other: datetime
) -> None:
    growth = Growth(seed)
    earlier, later = sorted((one, other))
    assert 0 <= growth.count(service, source_id, earlier, base) <= growth.count(service, source_id, later, base)


@given(IDS, st.integers(0, 30 * 86_400))
def test_a_count_does_not_fall_from_one_second_to_the_next(source_id: str, second: int) -> None:
    growth, start = Growth(1), NIGHT + timedelta(seconds=second)
    counts = [
        growth.count(Service.YOUTUBE, source_id, start + timedelta(milliseconds=250 * step), 10**11)
        for step in range(20)
    ]
    assert counts == sorted(counts)


@given(SERVICES, IDS, st.integers(0, 10**11))
def test_the_real_count_is_met_on_the_anchor_and_then_passed(service: Service, source_id: str, base: int) -> None:
    growth = Growth(1)
    assert growth.count(service, source_id, ANCHOR, base) == base
    assert growth.count(service, source_id, ANCHOR + timedelta(days=700), base) >= base


def test_two_processes_tell_the_same_story_and_two_seeds_do_not() -> None:
    stories = [Growth(seed).count(Service.YOUTUBE, "dQw4w9WgXcQ", NIGHT) for seed in (1, 1, 2)]
    assert stories[0] == stories[1] != stories[2]


def test_the_history_is_where_it_was_pinned() -> None:
    count = Growth(1).count(Service.SPOTIFY, "0VjIjW4GlUZAMYd2vXMi3b", NIGHT, base=4_000_000_000)
    assert count == pytest.approx(5_669_370_934, rel=1e-9)


def test_the_services_count_apart() -> None:
    assert Growth(1).count(Service.YOUTUBE, "abc", NIGHT) != Growth(1).count(Service.SPOTIFY, "abc", NIGHT)


def test_youtube_moves_all_day() -> None:
    growth = Growth(1)
    counts = [growth.count(Service.YOUTUBE, "dQw4w9WgXcQ", NIGHT + timedelta(hours=h), 10**9) for h in range(24)]
    assert all(later > earlier for earlier, later in pairwise(counts))


def test_spotify_moves_once_a_day_between_seven_and_eight_in_the_evening() -> None:
    growth, midnight = Growth(1), datetime(2026, 3, 2, tzinfo=UTC)
    for track in range(20):
        minutes = [midnight + timedelta(minutes=minute) for minute in range(0, 2 * 1440, 5)]
        counts = [growth.count(Service.SPOTIFY, f"track{track}", minute, 10**9) for minute in minutes]
        steps = [at for at, (before, after) in zip(minutes[1:], pairwise(counts), strict=True) if after > before]
        assert [step.day for step in steps] == [2, 3]
        assert all(step.hour == 19 or (step.hour == 20 and step.minute == 0) for step in steps)


def test_counts_spread_over_orders_of_magnitude() -> None:
    counts = sorted(Growth(1).count(Service.YOUTUBE, f"video{number}", NIGHT) for number in range(1000))
    assert counts[950] > 1_000 * counts[50]


def test_a_week_has_a_rhythm_and_no_day_is_like_the_last() -> None:
    weekday, weekend = [], []
    for number in range(100):
        gains = daily_gains(f"video{number}", weeks=8)
        average = mean(gains)
        weekend += [gain / average for day, gain in enumerate(gains) if (NIGHT + timedelta(days=day)).weekday() == 5]
        weekday += [gain / average for day, gain in enumerate(gains) if (NIGHT + timedelta(days=day)).weekday() == 1]
    assert mean(weekend) == pytest.approx(1.11, abs=0.04)
    assert mean(weekday) == pytest.approx(0.91, abs=0.04)
    assert 0.02 < stdev(weekend) < 0.12


def test_growth_slows_after_release() -> None:
    growth, start = Growth(1), datetime(2023, 1, 1, tzinfo=UTC)
    slowed = 0
    for number in range(200):
        year = [growth.count(Service.YOUTUBE, f"v{number}", start + timedelta(days=365 * n), 10**9) for n in range(4)]
        slowed += year[1] - year[0] > year[2] - year[1] > year[3] - year[2]
    assert slowed > 180


def daily_gains(video: str, weeks: int) -> list[int]:
    growth = Growth(1)
    days = [NIGHT + timedelta(days=day - 1) for day in range(7 * weeks + 1)]
    return [after - before for before, after in pairwise(growth.count(Service.YOUTUBE, video, d, 10**9) for d in days)]
