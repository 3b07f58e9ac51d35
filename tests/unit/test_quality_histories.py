"""Labelled histories of our own making: reproducible, with every fault and everything that only looks like one."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

import pytest

from benchmarks.quality.calendar import Calendar
from benchmarks.quality.counters import Counter, Event
from benchmarks.quality.faults import KINDS, abbrev, digit_loss, drop, id_swap, purge_big, stuck
from benchmarks.quality.generator import make_history
from benchmarks.quality.history import History, Role
from benchmarks.quality.history_files import read_history, write_history
from benchmarks.quality.labelling import label_counter
from benchmarks.quality.songs import Song
from viewcount_core.records import Service

FILES = ("tracks.csv", "observations.csv", "labels.csv", "meta.json")
DAYS = 12
QUIET = Calendar(DAYS)


@pytest.fixture(scope="module")
def history() -> History:
    return make_history(seed=1, days=120, series=200)


def counter(plays: int = 1_000, before: int = 100_000, stale: tuple[int, ...] = ()) -> Counter:
    service = Service.SPOTIFY if stale else Service.YOUTUBE
    song = Song("QZVCQ0000001", service, "id", (plays,) * DAYS, before)
    made = Counter(song, Calendar(DAYS, frozenset(stale)).shown_days(service))
    made.read = [True] * DAYS
    made.show()
    return made


def happens(to: Counter, kind: str, days: range) -> None:
    to.events.append(Event(0, kind, days, to.pace(days[0])))


def roles(of: Counter) -> dict[int, Role]:
    return {day: label.role for day, label in sorted(label_counter(of, QUIET).items())}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        write_history(make_history(seed, days=60, series=20), tmp_path / name)
    one, same, other = ([(tmp_path / name / file).read_bytes() for file in FILES] for name in ("one", "same", "other"))
    assert one == same
    assert all(mine != theirs for mine, theirs in zip(one, other, strict=True))


def test_what_is_written_can_be_read(history: History, tmp_path: Path) -> None:
    write_history(history, tmp_path)
    assert read_history(tmp_path) == history


def test_every_kind_of_fault_occurs_about_as_often_as_the_others(history: History) -> None:
    events = {kind: {x.event for x in history.labels.values() if x.kind == kind} for kind in KINDS}
    assert min(map(len, events.values())) >= 10
    assert max(map(len, events.values())) <= 2 * min(map(len, events.values()))


def test_every_role_occurs(history: History) -> None:
    assert {label.role for label in history.labels.values()} == set(Role) - {Role.PLAIN}


def test_a_history_without_faults_only_stands_still_and_catches_up() -> None:
    quiet = make_history(seed=1, days=120, series=40, faulty=False)
    assert {label.role for label in quiet.labels.values()} == {Role.SOURCE_STALE, Role.CATCH_UP}
    counts = defaultdict(list)
    for reading in quiet.readings:
        counts[reading.series].append(reading.view_count)
    assert all(before <= after for each in counts.values() for before, after in pairwise(each))


def test_a_reading_a_day_about_noon_and_some_missing(history: History) -> None:
    cells = [reading.cell for reading in history.readings]
    assert len(cells) == len(set(cells))
    assert all(
        abs(r.observed_at - r.observed_at.replace(hour=12, minute=0, second=0)) <= timedelta(minutes=30)
        for r in history.readings
    )
    outages = {history.first_day + timedelta(days=n) for n in range(120)} - {cell[2] for cell in cells}
    assert len(outages) == 2
    series = {reading.series for reading in history.readings}
    assert 0.02 < 1 - len(cells) / (len(series) * 118) < 0.15


def test_spotify_stands_still_as_a_whole_and_youtube_never(history: History) -> None:
    stale = {cell for cell, label in history.labels.items() if label.kind == "source_stale"}
    assert {service for _, service, _ in stale} == {"spotify"}
    days = {day for isrc, service, day in stale if history.labels[isrc, service, day].role is Role.SOURCE_STALE}
    assert len(days) >= 3


def test_songs_are_of_every_size(history: History) -> None:
    counts = defaultdict(list)
    for reading in history.readings:
        counts[reading.series].append(reading.view_count)
    paces = sorted(median(max(0, b - a) for a, b in pairwise(each)) for each in counts.values())
    assert paces[len(paces) // 10] < 20
    assert paces[-len(paces) // 10] > 100_000


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 60"):
        make_history(seed=1, days=59)


@pytest.mark.parametrize("seed", range(8))
def test_lost_digits_are_lost_in_groups_and_a_short_form_is_rounded(seed: int) -> None:
    lossy, short = counter(before=12_344_678), counter(before=12_344_678)
    digit_loss(Random(seed), lossy, 0)
    abbrev(Random(seed), short, 0)
    assert lossy.shown[0] in {12, 12_345, 12_678}
    assert short.shown[0] in {12_300_000, 12}


def test_a_purge_is_seen_on_the_first_reading_after_it() -> None:
    purged = counter()
    happens(purged, "purge_big", purge_big(Random(1), purged, 5))
    purged.show()
    purged.read[5] = purged.read[6] = False
    assert roles(purged) == {7: Role.FAULT, 8: Role.RECOVERY}


def test_a_purge_on_a_stale_day_is_seen_when_the_service_moves() -> None:
    purged = counter(stale=(5,))
    happens(purged, "purge_big", purge_big(Random(1), purged, 5))
    purged.show()
    assert roles(purged) == {5: Role.SOURCE_STALE, 6: Role.FAULT, 7: Role.RECOVERY}


def test_a_misread_count_is_gone_with_its_reading() -> None:
    misread = counter()
    misread.shown[5] = 0
    happens(misread, "zero", range(5, 6))
    misread.read[5] = False
    assert roles(misread) == {}


def test_nobody_can_tell_on_the_first_day_that_a_counter_is_stuck() -> None:
    frozen = counter()
    days = stuck(Random(1), frozen, 4)
    happens(frozen, "stuck", days)
    told = roles(frozen)
    assert [told.pop(4), told.pop(days.stop)] == [Role.NEUTRAL, Role.CATCH_UP]
    assert told == dict.fromkeys(days[1:], Role.FAULT)


def test_a_drop_is_diluted_by_the_days_between_two_readings() -> None:
    dropped = counter()
    days = drop(Random(3), dropped, 5)
    dropped.show()
    happens(dropped, "drop", days)
    assert roles(dropped) == {**dict.fromkeys(days, Role.FAULT), days.stop: Role.NEUTRAL}
    dropped.read[3] = dropped.read[4] = False
    assert roles(dropped)[5] is Role.NEUTRAL


def test_a_swapped_counter_goes_on_with_the_bursts_of_the_other() -> None:
    mine, other = counter(), counter(before=5_000_000)
    other.burst_days = [2, 8]
    happens(mine, "id_swap", id_swap(mine, other, 5))
    mine.show()
    assert mine.shown[5:] == other.shown[5:]
    assert roles(mine) == {5: Role.FAULT, 6: Role.RECOVERY, 8: Role.BURST}
