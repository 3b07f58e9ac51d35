"""Every odd history gets a defined verdict, and nothing odd reaches what readers see."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.derivation import Derivation, at
from viewcount_core.records import Service

ISRC = "USVCT2600001"
MOST = 2**53


@pytest.fixture
def derivation(database) -> Derivation:
    return Derivation(database)


def judged(derivation: Derivation, readings: dict[str, int], isrc: str = ISRC) -> list[tuple]:
    """Verdict, kind and accepted count of each reading, in order of time, after all days were derived."""
    for moment, count in readings.items():
        derivation.observe(isrc, moment, count)
    days = sorted(at(moment).date() for moment in readings)
    derivation.rebuild(days[0], days[-1])
    return derivation.rows(
        "select verdict, kind, accepted_count from count_verdicts where isrc = :isrc order by observed_at", isrc=isrc
    )


def steady(days: int, pace: int = 100, start: int = 10_000) -> dict[str, int]:
    """A series without any trouble."""
    return {f"{date(2026, 1, 1) + timedelta(days=number)}": start + pace * number for number in range(days)}


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param(
            {"2026-01-11": 0}, [("held", "zero", None)], id="a-zero-is-held",
        ),
        pytest.param(
            {"2026-01-11": 0, "2026-01-12": 0}, [("rejected", "zero", None), ("held", "zero", None)],
            id="a-zero-is-never-confirmed-by-another",
        ),
        pytest.param(
            {"2026-01-11": 0, "2026-01-12": 11_100}, [("rejected", "zero", None), ("accepted", None, 11_100)],
            id="a-zero-is-rejected-by-the-next-count",
        ),
        pytest.param(
            {"2026-01-11": 110_000}, [("held", "unit_error", None)], id="ten-times-as-much-is-another-unit",
        ),
        pytest.param(
            {"2026-01-11": 110}, [("held", "unit_error", None)], id="lost-digits-are-another-unit",
        ),
        pytest.param(
            {"2026-01-11": 17_000}, [("held", "jump", None)], id="a-jump-is-held",
        ),
        pytest.param(
            {"2026-01-11": 17_000, "2026-01-12": 17_100},
            [("restated", "jump", 17_000), ("accepted", None, 17_100)],
            id="a-jump-is-believed-when-the-next-day-goes-on-from-it",
        ),
        pytest.param(
            {"2026-01-11": 17_000, "2026-01-12": 11_100},
            [("rejected", "jump", None), ("accepted", None, 11_100)],
            id="a-jump-is-rejected-when-the-next-day-does-not-know-it",
        ),
        pytest.param(
            {"2026-01-11": 17_000, "2026-01-11T20:00": 17_050},
            [("held", "jump", None), ("ignored", None, None)],
            id="a-second-reading-of-the-day-decides-nothing",
        ),
        pytest.param(
            {"2026-01-11": 8_000}, [("held", "decrease", None)], id="a-large-fall-is-held",
        ),
        pytest.param(
            {"2026-01-11": 8_000, "2026-01-12": 8_100},
            [("restated", "decrease", 8_000), ("accepted", None, 8_100)],
            id="a-large-fall-is-believed-when-it-stays",
        ),
        pytest.param(
            {"2026-01-11": 10_800}, [("accepted", "correction", 10_800)], id="a-small-fall-is-a-correction",
        ),
        pytest.param(
            {"2026-01-11": 10_860}, [("accepted", "jitter", 10_900)], id="a-count-that-wavers-stays-where-it-was",
        ),
        pytest.param(
            {"2026-01-11": 11_225}, [("accepted", "spike", 11_225)], id="a-day-of-three-times-the-growth-is-a-spike",
        ),
        pytest.param(
            {"2026-01-11": 10_905}, [("accepted", "drop", 10_905)], id="a-day-almost-without-growth-is-a-drop",
        ),
        pytest.param(
            {"2026-01-11": -1}, [("rejected", "negative", None)], id="a-negative-count-is-rejected",
        ),
        pytest.param(
            {"2026-01-11": MOST + 1}, [("rejected", "too_large", None)], id="what-json-cannot-hold-is-rejected",
        ),
        pytest.param(
            {"2026-01-21": 12_000}, [("accepted", None, 12_000)], id="ten-days-of-growth-after-a-gap-are-no-spike",
        ),
        pytest.param(
            {"2026-01-11T00:00": 10_950, "2026-01-11T23:59": 11_050, "2026-01-11T12:00": 11_000},
            [("accepted", None, 10_950), ("accepted", None, 11_000), ("accepted", None, 11_050)],
            id="several-readings-a-day-are-judged-in-order-of-time",
        ),
    ],
)  # fmt: skip
def test_a_reading_after_ten_steady_days_gets_its_verdict(derivation, readings, expected):
    found = judged(derivation, steady(10) | readings)
    assert found[-len(readings) :] == expected


def test_a_server_that_is_ahead_for_some_minutes_is_no_spike_and_leaves_no_trace(derivation):
    history = {moment: 1_000 * count for moment, count in steady(10).items()}
    calm = judged(derivation, history | {"2026-01-12": 11_100_000})[-1]
    found = judged(derivation, {"2026-01-11T12:10": 11_004_000, "2026-01-11": 11_000_000})[-3:]
    assert found == [("accepted", None, 11_000_000), ("accepted", "jitter", 11_000_000), calm]


@pytest.mark.parametrize("later", [11_000_001, 11_000_900, 10_996_000])
def test_a_server_that_is_behind_for_some_hours_is_no_drop_and_leaves_no_trace(derivation, later):
    history = {moment: 1_000 * count for moment, count in steady(10).items()}
    calm = judged(derivation, history | {"2026-01-11": 11_000_000, "2026-01-12": 11_100_000})[-1]
    found = judged(derivation, {"2026-01-11T15:00": later})[-3:]
    assert found == [("accepted", None, 11_000_000), ("accepted", "jitter", 11_000_000), calm]


def test_readings_out_of_order_are_judged_as_if_they_had_come_in_order(derivation):
    history = steady(12) | {"2026-01-12": 0}
    in_order = judged(derivation, history)
    other = "USVCT2600002"
    for moment in reversed(history):
        derivation.observe(other, moment, history[moment])
        derivation.rebuild(moment)
    query = "select verdict, kind, accepted_count from count_verdicts where isrc = :isrc order by observed_at"
    assert derivation.rows(query, isrc=other) == in_order


def test_an_instant_that_comes_twice_is_one_reading(derivation):
    judged(derivation, steady(3))
    derivation.observe(ISRC, "2026-01-03", 99)
    derivation.rebuild("2026-01-03")
    assert derivation.rows("select accepted_count from count_verdicts order by observed_at desc limit 1") == [(10_200,)]


def test_a_day_in_the_future_is_judged_when_it_comes(derivation):
    judged(derivation, steady(3))
    derivation.observe(ISRC, "2031-01-01", 10_300)
    assert derivation.rows("select 1 from count_verdicts where observed_at > '2031-01-01'") == []
    assert derivation.currents()[ISRC, 1][0] == 10_200
    derivation.rebuild("2031-01-01")
    assert derivation.currents()[ISRC, 1] == (10_300, at("2031-01-01"))


def test_tracks_that_nobody_has_played_yet_are_no_burst_of_zeros(derivation):
    for number in range(20):
        for day in ("2026-01-01", "2026-01-02"):
            derivation.observe(f"USVCT26000{number:02}", day, 0)
    derivation.rebuild("2026-01-01", "2026-01-02")
    assert derivation.rows("select distinct gate from service_days") == [("open",)]
    assert derivation.rows("select distinct verdict, accepted_count from count_verdicts") == [("accepted", 0)]


def test_a_service_with_one_track_is_not_stale_before_its_pace_is_known(derivation):
    judged(derivation, {"2026-01-01": 100, "2026-01-02": 100})
    assert derivation.rows("select distinct stale from service_days") == [(False,)]


def test_a_service_whose_only_track_stands_still_is_stale_and_its_track_is_not_stuck(derivation):
    found = judged(derivation, steady(10) | {"2026-01-11": 10_900, "2026-01-12": 10_900, "2026-01-13": 11_200})
    assert found[-3:] == [("accepted", None, 10_900), ("accepted", None, 10_900), ("accepted", None, 11_200)]
    query = "select day, stale_days from service_days where stale order by day"
    assert derivation.rows(query) == [(date(2026, 1, 11), 1), (date(2026, 1, 12), 2)]


def test_a_track_that_stands_still_while_others_move_is_stuck_and_after_a_week_dormant(derivation):
    for number in range(1, 4):
        for moment, count in steady(20).items():
            derivation.observe(f"USVCT260001{number}", moment, count)
    still = {f"2026-01-{day}": 10_900 for day in range(11, 20)}
    kinds = [kind for _, kind, _ in judged(derivation, steady(10) | still)]
    assert kinds[-9:] == [None, *["stuck"] * 6, "dormant", "dormant"]


def test_each_service_is_judged_by_itself(derivation):
    judged(derivation, steady(10))
    derivation.observe(ISRC, "2026-01-10", 0, Service.SPOTIFY)
    derivation.rebuild("2026-01-10")
    assert derivation.currents()[ISRC, 2] == (0, at("2026-01-10"))


def test_what_is_held_reaches_neither_counts_nor_history_until_it_is_believed(derivation):
    judged(derivation, steady(10) | {"2026-01-11": 17_000})
    assert derivation.currents()[ISRC, 1] == (10_900, at("2026-01-10"))
    assert (ISRC, 1, date(2026, 1, 11)) not in derivation.snapshots()
    judged(derivation, {"2026-01-12": 17_100})
    assert derivation.snapshots()[ISRC, 1, date(2026, 1, 11)] == (17_000, 6_100, 1)
    assert derivation.snapshots()[ISRC, 1, date(2026, 1, 12)] == (17_100, 100, 1)
    query = "select recorded_date, quality from historical_view_counts where quality <> 'ok'"
    assert derivation.rows(query) == [(date(2026, 1, 11), "restated")]


def test_a_confirmed_level_is_left_out_of_growth(derivation):
    judged(derivation, steady(10) | {"2026-01-11": 17_000, "2026-01-12": 17_100})
    _, count, base, change, _, span, *_ = derivation.trends()[ISRC, 1]
    assert (count, base, change, span) == (17_100, 10_400, round(600 * 7 / 6), 6)


def burst(derivation: Derivation, day: str, counts: list[int], hour: int = 12) -> None:
    """One run over as many tracks."""
    for number, count in enumerate(counts):
        derivation.observe(f"USVCT26{number:05}", datetime.fromisoformat(f"{day}T{hour:02}:00Z"), count)
    derivation.rebuild(day)


def gates(derivation: Derivation) -> list[tuple]:
    return derivation.rows("select gate, reason from service_days order by day desc limit 1")


TRACKS = 40


def grown(days: int) -> list[int]:
    return [1_000 * (number + 3) + 100 * days for number in range(TRACKS)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param([0] * 5, "5 of 40 tracks fell to zero", id="zeros"),
        pytest.param(
            [count * 1000 for count in grown(3)[:12]], "12 of 40 tracks show a power of ten times their last count",
            id="another-unit",
        ),
        pytest.param([77_777] * 8, "8 different pages show one and the same count", id="one-value"),
    ],
)  # fmt: skip
def test_what_many_tracks_show_at_once_closes_the_day_until_a_later_try_makes_it_good(derivation, wrong, reason):
    for number, day in enumerate(("2026-01-01", "2026-01-02", "2026-01-03")):
        burst(derivation, day, grown(number))
    burst(derivation, "2026-01-04", wrong + grown(3)[len(wrong) :])
    assert gates(derivation) == [("closed", reason)]
    assert {day for _, _, day in derivation.snapshots()} == {date(2026, 1, day) for day in (1, 2, 3)}
    assert derivation.rows("select distinct verdict from count_verdicts where observed_at >= '2026-01-04'") == [
        ("ignored",)
    ]
    burst(derivation, "2026-01-04", grown(3)[: len(wrong)], hour=14)
    assert gates(derivation) == [("open", None)]
    counts = [count for (_, _, day), (count, *_) in sorted(derivation.snapshots().items()) if day == date(2026, 1, 4)]
    assert counts == grown(3)
    superseded = derivation.rows("select count(*) from count_verdicts where kind = 'superseded'")
    assert superseded == [(len(wrong),)]


def test_a_person_opens_a_closed_day_and_every_rebuild_obeys(derivation):
    for number, day in enumerate(("2026-01-01", "2026-01-02", "2026-01-03")):
        burst(derivation, day, grown(number))
    burst(derivation, "2026-01-04", [0] * 5 + grown(3)[5:])
    derivation.close_gate("2026-01-04", gate="open")
    for _ in range(2):
        derivation.rebuild("2026-01-04")
        assert gates(derivation) == [("open", "open by hand")]
        recorded = [day for _, _, day in derivation.snapshots() if day == date(2026, 1, 4)]
        assert len(recorded) == TRACKS - 5


def test_what_closed_a_day_is_asked_for_again_and_the_rest_is_not(derivation, database):
    derivation.execute(
        "insert into tracks (isrc, youtube_video_id) "
        "select 'USVCT26' || lpad(number::text, 5, '0'), 'video' || number from generate_series(0, 39) number"
    )
    for number, day in enumerate(("2026-01-01", "2026-01-02", "2026-01-03")):
        burst(derivation, day, grown(number))
    burst(derivation, "2026-01-04", [0] * 5 + grown(3)[5:])
    with database.transaction() as tx:
        lacking = tx.rows(
            "pipeline/lacking_targets", service_id=1, since=at("2026-01-04T00:00"), until=at("2026-01-05T00:00")
        )
    assert sorted(row["isrc"] for row in lacking) == [f"USVCT26{number:05}" for number in range(5)]


def decide(derivation: Derivation, moment: str, *, is_confirmed: bool) -> None:
    with derivation.database.engine.begin() as connection:
        connection.execute(
            text(
                "insert into verdict_decisions (isrc, service_id, observed_at, is_confirmed, why) "
                "values (:isrc, 1, :at, :is_confirmed, 'looked at the page')"
            ),
            {"isrc": ISRC, "at": at(moment), "is_confirmed": is_confirmed},
        )
        connection.execute(text("insert into unjudged_days values (1, :day)"), {"day": at(moment).date()})


@pytest.mark.parametrize(
    ("is_confirmed", "later", "expected"),
    [
        pytest.param(True, 11_100, [("restated", "jump", 17_000), ("held", "decrease", None)], id="confirmed"),
        pytest.param(False, 17_100, [("rejected", "jump", None), ("held", "jump", None)], id="rejected"),
    ],
)
def test_a_persons_word_counts_at_once_and_against_what_the_next_day_says(derivation, is_confirmed, later, expected):
    derivation.execute("insert into tracks (isrc) values (:isrc)", isrc=ISRC)
    judged(derivation, steady(10) | {"2026-01-11": 17_000})
    decide(derivation, "2026-01-11", is_confirmed=is_confirmed)
    derivation.rebuild("2026-01-11")
    query = "select verdict, kind, accepted_count from count_verdicts order by observed_at"
    assert derivation.rows(query)[-1:] == expected[:1]
    assert ((ISRC, 1, date(2026, 1, 11)) in derivation.snapshots()) is is_confirmed
    assert judged(derivation, {"2026-01-12": later})[-2:] == expected
    derivation.rebuild("2026-01-01", "2026-01-12")
    assert derivation.rows(query)[-2:] == expected


@pytest.mark.parametrize(
    ("later", "verdict", "change"),
    [
        pytest.param([20_300, 20_400, 20_500], "restated", 700, id="the-counter-came-back"),
        pytest.param([100, 200, 300], "accepted", 700, id="it-began-anew"),
        pytest.param([0, 100, 200], "accepted", 583, id="it-stood-still-first"),
    ],
)
def test_what_follows_a_zero_that_a_person_confirmed_is_growth_only_at_the_old_pace(derivation, later, verdict, change):
    derivation.execute("insert into tracks (isrc) values (:isrc)", isrc=ISRC)
    judged(derivation, steady(14, start=18_800) | {"2026-01-15": 0})
    decide(derivation, "2026-01-15", is_confirmed=True)
    for number, count in enumerate(later):
        judged(derivation, {f"2026-01-{16 + number}": count})
    query = "select verdict from count_verdicts order by observed_at desc limit 4"
    assert derivation.rows(query) == [("accepted",), ("accepted",), (verdict,), ("restated",)]
    assert derivation.trends()[ISRC, 1][3] == change


@pytest.mark.parametrize(("pages", "gate"), [(1, "open"), (7, "closed")])
def test_imported_counts_of_tracks_that_share_a_page_are_one_pages_count(derivation, pages, gate):
    for number in range(7):
        isrc = f"USVCT26000{number:02}"
        derivation.execute(
            "insert into tracks (isrc, youtube_video_id) values (:isrc, :page)", isrc=isrc, page=f"page{number % pages}"
        )
        derivation.observe(isrc, "2026-01-01", 50_000)
    derivation.rebuild("2026-01-01")
    assert derivation.rows("select gate from service_days") == [(gate,)]
