"""An anomaly lasts from the first to the last day of one trouble, and says how it ended."""

from datetime import date

import pytest

from tests.verdict_rows import VerdictRows, days
from viewcount_core.database import Database
from viewcount_core.records import Service, Status
from viewcount_pipeline.anomalies import note_judged_day


@pytest.fixture
def rows(database: Database) -> VerdictRows:
    return VerdictRows(database)


def absent(rows: VerdictRows, first: int, last: int, *, ok: int = 9) -> None:
    for day in days(first, last):
        rows.sum_up(day, ok=ok)
        rows.miss(day)


def test_a_flagged_reading_opens_an_anomaly_with_what_was_expected(rows):
    rows.judge("2026-01-05", "spike", count=500)
    assert rows.derive("2026-01-05") == 1
    day = date(2026, 1, 5)
    assert rows.anomalies() == [
        ("USVCT2600001", 1, "spike", "warning", day, day, day, 500, 490, 510, "open", None, None)
    ]


def test_nothing_is_open_where_nothing_was_flagged(rows):
    for day, kind in zip(days(1, 5), (None, "mover", "jitter", "warming_up", "dormant"), strict=True):
        rows.judge(day, kind)
    rows.judge("2026-01-06", "negative", "rejected", count=-1)
    assert rows.derive("2026-01-01") == 0


@pytest.mark.parametrize(
    ("kind", "resolution"),
    [("spike", "recovered"), ("drop", "recovered"), ("correction", "corrected")],
)
def test_the_first_good_reading_ends_what_was_believed(rows, kind, resolution):
    for isrc, after in (("USVCT2600001", None), ("USVCT2600002", "mover"), ("USVCT2600003", "jitter")):
        for day in days(5, 7):
            rows.judge(day, kind, isrc=isrc)
        rows.judge("2026-01-08", "negative", "rejected", count=-1, isrc=isrc)
        rows.judge("2026-01-08T13:00", None, "ignored", isrc=isrc)
        rows.judge("2026-01-09", after, isrc=isrc)
    rows.derive("2026-01-05")
    assert rows.spans() == [f"{kind} warning 5-7 {resolution} 9"] * 3


def test_a_good_reading_between_makes_two_of_them(rows):
    for day, kind in zip(days(5, 9), ("drop", "drop", None, "drop", None), strict=True):
        rows.judge(day, kind)
    rows.derive("2026-01-05")
    assert rows.spans() == ["drop warning 5-6 recovered 7", "drop warning 8-8 recovered 9"]


def test_days_without_a_reading_do_not_part_an_anomaly(rows):
    rows.judge("2026-01-05", "drop")
    rows.miss("2026-01-06", status=Status.TIMEOUT)
    rows.judge("2026-01-08", "drop")
    rows.derive("2026-01-05")
    assert rows.spans() == ["drop warning 5-8 open"]


def test_readings_of_one_day_are_one_anomaly_whatever_lies_between(rows):
    for hour, kind in enumerate(("spike", None, "spike", None), start=10):
        rows.judge(f"2026-01-05T{hour}:00", kind)
    rows.judge("2026-01-06T10:00", "spike")
    rows.derive("2026-01-05")
    assert rows.spans() == ["spike warning 5-5 recovered 5", "spike warning 6-6 open"]


@pytest.mark.parametrize("verdict", ["rejected", "restated"])
def test_the_reading_that_decides_a_held_one_ends_it(rows, verdict):
    kinds = {"USVCT2600001": "zero", "USVCT2600002": "unit_error", "USVCT2600003": "decrease", "USVCT2600004": "jump"}
    for isrc, kind in kinds.items():
        rows.judge("2026-01-05", kind, "held", isrc=isrc)
    rows.derive("2026-01-05")
    assert rows.spans() == [f"{kind} error 5-5 open" for kind in kinds.values()]
    for isrc in kinds:
        rows.judge("2026-01-07", isrc=isrc)
        rows.resolve("2026-01-05", "2026-01-07", verdict, isrc=isrc)
    rows.derive("2026-01-07")
    assert rows.spans() == [f"{kind} error 5-5 {verdict} 7" for kind in kinds.values()]


def test_a_zero_that_is_followed_by_another_is_one_anomaly(rows):
    for day in days(5, 7):
        rows.judge(day, "zero", "held", count=0)
    for held, later in ((5, 6), (6, 7), (7, 8)):
        rows.resolve(*days(held, held), *days(later, later), "rejected")
    rows.judge("2026-01-08")
    rows.derive("2026-01-05")
    assert rows.spans() == ["zero error 5-7 rejected 8"]


def test_what_a_decided_reading_is_followed_by_later_is_another_anomaly(rows):
    rows.judge("2026-01-05", "decrease", "held")
    rows.resolve("2026-01-05", "2026-01-06", "restated")
    rows.judge("2026-01-06", "drop")
    rows.judge("2026-01-07", "decrease", "held")
    rows.derive("2026-01-05")
    assert rows.spans() == ["decrease error 5-5 restated 6", "drop warning 6-6 open", "decrease error 7-7 open"]


@pytest.mark.parametrize(("confirmed", "verdict"), [(True, "restated"), (False, "rejected")])
def test_a_persons_decision_ends_it_on_the_day_of_the_decision(rows, confirmed, verdict):
    rows.judge("2026-01-05", "jump", "held")
    rows.decide("2026-01-05", confirmed, "2026-01-09")
    rows.derive("2026-01-05")
    assert rows.spans() == ["jump error 5-5 open"]
    rows.resolve("2026-01-05", None, verdict)
    rows.judge("2026-01-06", "jump", "held")
    rows.derive("2026-01-05")
    assert rows.spans() == ["jump error 5-5 decided 9", "jump error 6-6 open"]


def test_a_stuck_counter_is_one_anomaly_until_it_moves_again(rows):
    for day in days(5, 7):
        rows.judge(day, "stuck", count=500)
    rows.judge("2026-01-08", None, count=500)  # the whole service stood still
    rows.judge("2026-01-09", "jitter", count=500)
    rows.judge("2026-01-10", "stuck", count=500)
    rows.derive("2026-01-05")
    assert rows.spans() == ["stuck warning 5-10 open"]
    rows.judge("2026-01-11", "spike", count=900)
    rows.derive("2026-01-11")
    assert rows.spans() == ["stuck warning 5-10 moved_again 11", "spike warning 11-11 open"]


def test_a_dormant_counter_stays_an_error_until_it_moves_again(rows):
    for day in days(5, 6):
        rows.judge(day, "stuck", count=500)
    for day in days(7, 9):
        rows.judge(day, "dormant", count=500)
    for day in days(5, 9):
        rows.derive(day)
    assert rows.spans() == ["stuck error 5-9 open"]
    rows.judge("2026-01-10", "correction", count=499)
    rows.derive("2026-01-10")
    assert [rows.derive(day) for day in days(5, 10)] == [0] * 6
    assert rows.spans() == ["stuck error 5-9 moved_again 10", "correction warning 10-10 open"]


def test_a_counter_that_was_never_flagged_as_stuck_is_no_anomaly_when_it_is_dormant(rows):
    rows.judge("2026-01-05")
    rows.judge("2026-01-20", "dormant")
    assert rows.derive("2026-01-05") == 0


def test_services_and_tracks_are_apart(rows):
    rows.judge("2026-01-05", "drop")
    rows.judge("2026-01-06", None, service=Service.SPOTIFY)
    rows.judge("2026-01-06", None, isrc="USVCT2600002")
    rows.judge("2026-01-07", "drop")
    rows.derive("2026-01-05")
    assert rows.spans() == ["drop warning 5-7 open"]


def test_a_track_is_gone_after_three_healthy_days_without_it(rows):
    rows.judge("2026-01-04")
    absent(rows, 5, 6)
    assert rows.derive("2026-01-05") == 0
    absent(rows, 7, 7)
    rows.derive("2026-01-07")
    assert rows.spans() == ["gone error 5-7 open"]
    assert rows.anomalies()[0][5] == date(2026, 1, 7)
    rows.judge("2026-01-08")
    rows.derive("2026-01-08")
    assert rows.spans() == ["gone error 5-7 returned 8"]


def test_days_on_which_the_service_answered_for_few_say_nothing_about_a_track(rows):
    absent(rows, 5, 6)
    absent(rows, 7, 9, ok=4)
    rows.sum_up("2026-01-10", gate="closed")
    rows.miss("2026-01-10")
    rows.miss("2026-01-11", status=Status.TIMEOUT)
    assert rows.derive("2026-01-05") == 0
    absent(rows, 12, 12)
    rows.derive("2026-01-12")
    assert rows.spans() == ["gone error 5-12 open"]


def test_a_reading_between_begins_the_count_anew(rows):
    absent(rows, 5, 6)
    rows.judge("2026-01-06T20:00")
    rows.miss("2026-01-06T21:00")
    absent(rows, 7, 8)
    assert rows.derive("2026-01-05") == 0
    assert rows.derive("2026-01-08") == 0


def test_asking_three_times_a_day_is_one_day(rows):
    absent(rows, 5, 6)
    for hour in (20, 21, 22):
        rows.miss(f"2026-01-06T{hour}:00")
    assert rows.derive("2026-01-05") == 0
    absent(rows, 7, 7)
    rows.derive("2026-01-07")
    assert rows.spans() == ["gone error 5-7 open"]


def test_a_long_absence_is_carried_on_and_the_same_from_whatever_day(rows):
    absent(rows, 5, 14)
    for day in days(5, 14):
        rows.derive(day)
    assert rows.spans() == ["gone error 5-14 open"]
    for day in days(5, 14):
        assert rows.derive(day) == 0, day


def test_an_absence_that_becomes_too_short_is_taken_back(rows):
    absent(rows, 5, 7)
    rows.derive("2026-01-05")
    rows.sum_up("2026-01-06", ok=4)
    rows.derive("2026-01-06")
    assert rows.spans() == []


def test_running_again_changes_nothing(rows):
    rows.judge("2026-01-05", "spike")
    rows.judge("2026-01-06")
    rows.judge("2026-01-07", "zero", "held", count=0)
    absent(rows, 8, 12)
    assert rows.derive("2026-01-05") == 3
    before = rows.anomalies()
    assert [rows.derive(day) for day in days(4, 13)] == [0] * 10
    assert rows.anomalies() == before


def test_an_anomaly_shrinks_and_goes_with_its_flags(rows):
    for day in days(5, 7):
        rows.judge(day, "drop")
    rows.derive("2026-01-05")
    unflag = "update count_verdicts set kind = null, tier = null where observed_at >= :day"
    rows.execute(unflag, day=date(2026, 1, 7))
    rows.derive("2026-01-07")
    assert rows.spans() == ["drop warning 5-6 recovered 7"]
    rows.execute(unflag, day=date(2026, 1, 5))
    rows.derive("2026-01-05")
    assert rows.spans() == []


def test_an_anomaly_that_lost_its_good_reading_is_open_again(rows):
    rows.judge("2026-01-05", "drop")
    rows.judge("2026-01-06")
    rows.judge("2026-01-07", "drop")
    rows.derive("2026-01-05")
    rows.execute(
        "update count_verdicts set verdict = 'ignored', accepted_count = null where observed_at::date = '2026-01-06'"
    )
    rows.derive("2026-01-06")
    assert rows.spans() == ["drop warning 5-7 open"]


def test_days_that_were_judged_in_passing_are_not_forgotten(rows):
    rows.judge("2026-01-05", "drop")
    with rows.database.transaction() as tx:
        note_judged_day(tx, Service.YOUTUBE, date(2026, 1, 6))
        note_judged_day(tx, Service.SPOTIFY, date(2026, 1, 5))
        note_judged_day(tx, Service.SPOTIFY, date(2026, 1, 5))
    rows.derive("2026-01-09")
    assert rows.spans() == ["drop warning 5-5 open"]
    rows.judge("2026-01-06", "spike")
    assert rows.derive("2026-01-09") == 0
