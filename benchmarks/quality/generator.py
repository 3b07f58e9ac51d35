"""Histories of our own making: songs, crowds, faults, readings and labels out of a seed; the same ones every time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from benchmarks.quality.calendar import Calendar, draw_calendar, draw_quiet_calendar
from benchmarks.quality.counters import Counter
from benchmarks.quality.crowds import add_burst, add_shocks, choose_readings
from benchmarks.quality.history import Cell, History, Label, Reading, Track
from benchmarks.quality.injection import inject
from benchmarks.quality.labelling import label_counter
from benchmarks.quality.songs import Song, draw_songs
from viewcount_core.records import Service

START = date(2026, 1, 1)
WARM_UP_DAYS, SERIES_WARM_UP_DAYS = 28, 14
LEAST_DAYS = 60
READ_AT = time(12, tzinfo=UTC)
RUN_SHIFT_SECONDS, ROW_SHIFT_SECONDS = 20 * 60, 10 * 60


def make_history(seed: int, days: int = 120, series: int = 400, *, faulty: bool = True) -> History:
    """`series` counters of tracks on a service for that many days from `START`.

    Without faults there are no bursts and no shocks either: then whatever is flagged is flagged wrongly. Raise
    `ValueError` for a window shorter than `LEAST_DAYS`.
    """
    if days < LEAST_DAYS:
        raise ValueError(f"{days} days are too few to judge after a warm-up of {WARM_UP_DAYS}; at least {LEAST_DAYS}")
    random = Random(f"history/{seed}")
    draw = draw_calendar if faulty else draw_quiet_calendar
    calendar = draw(random, days, WARM_UP_DAYS)
    songs = draw_songs(seed, START, days, series)
    counters = [Counter(song, calendar.shown_days(song.service)) for song in songs]
    if faulty:
        _happen(random, counters, calendar)
    else:
        for counter in counters:
            counter.show()
    for counter in counters:
        choose_readings(random, counter, calendar, WARM_UP_DAYS)
    readings = sorted(_readings(random, counters, days), key=lambda r: (r.observed_at, r.isrc, r.service))
    labels = dict(_labels(counters, calendar))
    warm_up = (WARM_UP_DAYS, 0) if faulty else (0, SERIES_WARM_UP_DAYS)
    return History(_tracks(songs), tuple(readings), labels, seed, faulty, *warm_up)


def _happen(random: Random, counters: Sequence[Counter], calendar: Calendar) -> None:
    for counter in counters:
        add_burst(random, counter, WARM_UP_DAYS)
    add_shocks(random, counters, calendar)
    for counter in counters:
        counter.count()
    inject(random, counters, WARM_UP_DAYS)


def _tracks(songs: Sequence[Song]) -> tuple[Track, ...]:
    ids: dict[str, dict[Service, str]] = {}
    for song in songs:
        ids.setdefault(song.isrc, {})[song.service] = song.source_id
    return tuple(
        Track(isrc, f"Song {isrc[5:]}", "Nobody", own.get(Service.SPOTIFY, ""), own.get(Service.YOUTUBE, ""))
        for isrc, own in sorted(ids.items())
    )


def _readings(random: Random, counters: Sequence[Counter], days: int) -> Iterator[Reading]:
    """About noon; what is read is the count of noon, whenever the row's turn came."""
    for day in range(days):
        noon = datetime.combine(START + timedelta(days=day), READ_AT)
        run = random.randint(-RUN_SHIFT_SECONDS, RUN_SHIFT_SECONDS)
        for counter in counters:
            if counter.read[day]:
                shift = timedelta(seconds=run + random.randint(-ROW_SHIFT_SECONDS, ROW_SHIFT_SECONDS))
                yield Reading(counter.song.isrc, counter.song.service.key, noon + shift, counter.shown[day])


def _labels(counters: Sequence[Counter], calendar: Calendar) -> Iterator[tuple[Cell, Label]]:
    for counter in counters:
        for day, label in label_counter(counter, calendar).items():
            yield (counter.song.isrc, counter.song.service.key, START + timedelta(days=day)), label
