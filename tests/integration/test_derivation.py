"""Every number below the log means what the design says it means, whatever happened in which order."""

from datetime import date, timedelta

import pytest

from tests.derivation import Derivation, at
from viewcount_core.records import Service

ISRC, OTHER = "USVCT2600001", "USVCT2600002"


@pytest.fixture
def derivation(database):
    return Derivation(database)


def record(derivation: Derivation, counts: dict[str, int | None], service: Service = Service.YOUTUBE) -> None:
    for moment, count in counts.items():
        derivation.observe(ISRC, moment, count, service)
    days = sorted(at(moment).date() for moment in counts)
    derivation.rebuild(days[0], days[-1])


def history(derivation: Derivation, service: Service = Service.YOUTUBE) -> dict[str, tuple]:
    return {
        day.isoformat(): values
        for (_, service_id, day), values in derivation.snapshots().items()
        if service_id == service.value
    }


def test_a_snapshot_is_the_last_accepted_count_of_a_utc_day(derivation):
    record(derivation, {"2026-01-05T00:00": 100, "2026-01-05T12:00": 90, "2026-01-05T23:59:59.999999": 110})
    assert history(derivation) == {"2026-01-05": (110, None, None)}


def test_midnight_belongs_to_the_day_it_begins(derivation):
    record(derivation, {"2026-01-05T23:00": 100, "2026-01-06T00:00": 105})
    assert history(derivation) == {"2026-01-05": (100, None, None), "2026-01-06": (105, 5, 1)}


def test_a_day_without_a_count_has_no_row(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-06": None, "2026-01-08": 130})
    assert history(derivation) == {"2026-01-05": (100, None, None), "2026-01-08": (130, 30, 3)}
    assert derivation.currents() == {(ISRC, 1): (130, at("2026-01-08"))}


def test_a_failure_after_a_count_takes_nothing_away(derivation):
    record(derivation, {"2026-01-05T20:00": 100, "2026-01-05T22:00": None})
    assert history(derivation) == {"2026-01-05": (100, None, None)}


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param({"2026-03-03": 100}, (30, 1), id="next-day"),
        pytest.param({"2026-03-01": 100}, (30, 3), id="missed-days-are-spanned"),
        pytest.param({"2026-03-01": 90, "2026-03-02": 100}, (30, 2), id="the-latest-earlier-snapshot-counts"),
        pytest.param({"2025-12-24": 100}, (30, 70), id="months-apart"),
        pytest.param({"2026-03-03": 0}, (130, 1), id="zero-is-a-count"),
        pytest.param({}, (None, None), id="a-first-count-has-no-growth"),
    ],
)
def test_growth_is_measured_from_the_latest_earlier_snapshot(derivation, earlier, expected):
    record(derivation, earlier | {"2026-03-04": 130})
    assert history(derivation)["2026-03-04"] == (130, *expected)


def test_a_snapshot_of_the_day_after_another_is_written_with_its_growth(derivation):
    record(derivation, {"2026-03-31": 100})
    derivation.observe(ISRC, "2026-04-01", 130)
    changed = derivation.rebuild("2026-04-01")
    assert (changed["snapshots"], changed["deltas"]) == (1, 0)
    assert history(derivation)["2026-04-01"] == (130, 30, 1)


def test_growth_of_one_service_does_not_know_the_other(derivation):
    record(derivation, {"2026-01-05": 100})
    record(derivation, {"2026-01-04": 900, "2026-01-06": 1000}, Service.SPOTIFY)
    assert history(derivation) == {"2026-01-05": (100, None, None)}
    assert history(derivation, Service.SPOTIFY) == {"2026-01-04": (900, None, None), "2026-01-06": (1000, 100, 2)}


def test_a_negative_count_is_rejected_and_never_shown(derivation):
    record(derivation, {"2026-01-05T10:00": 100, "2026-01-05T12:00": -1, "2026-01-06": -5})
    assert history(derivation) == {"2026-01-05": (100, None, None)}
    assert derivation.currents() == {(ISRC, 1): (100, at("2026-01-05T10:00"))}
    verdicts = derivation.rows("select verdict, kind, accepted_count from count_verdicts order by observed_at")
    assert verdicts == [("accepted", "warming_up", 100), ("rejected", "negative", None), ("rejected", "negative", None)]


def test_a_day_stored_late_is_no_newer_count_and_corrects_the_next_growth(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-08": 130})
    record(derivation, {"2026-01-07": 120})
    assert derivation.currents() == {(ISRC, 1): (130, at("2026-01-08"))}
    assert history(derivation) == {
        "2026-01-05": (100, None, None),
        "2026-01-07": (120, 20, 2),
        "2026-01-08": (130, 10, 1),
    }


def test_a_first_day_stored_late_gives_growth_to_the_one_that_was_first(derivation):
    record(derivation, {"2026-03-08": 130})
    record(derivation, {"2026-01-07": 120})
    assert history(derivation) == {"2026-01-07": (120, None, None), "2026-03-08": (130, 10, 60)}


def test_a_rebuilt_day_whose_count_lost_its_verdict_has_no_row_and_the_next_growth_spans_it(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-06": 999, "2026-01-07": 120})
    derivation.hold(ISRC, "2026-01-06")
    derivation.rebuild("2026-01-06")
    assert history(derivation) == {"2026-01-05": (100, None, None), "2026-01-07": (120, 20, 2)}


def test_a_rebuilt_day_falls_back_to_its_earlier_accepted_count(derivation):
    record(derivation, {"2026-01-05T10:00": 100, "2026-01-05T22:00": 1})
    derivation.hold(ISRC, "2026-01-05T22:00")
    derivation.rebuild("2026-01-05")
    assert history(derivation) == {"2026-01-05": (100, None, None)}
    assert derivation.currents() == {(ISRC, 1): (100, at("2026-01-05T10:00"))}


def test_a_current_count_that_lost_its_verdict_gives_way_to_the_newest_accepted_one_and_its_time(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-06": 110, "2026-01-08": 999})
    derivation.hold(ISRC, "2026-01-08")
    derivation.rebuild("2026-01-08")
    assert derivation.currents() == {(ISRC, 1): (110, at("2026-01-06"))}
    as_of, count, *_ = derivation.trends()[ISRC, 1]
    assert (as_of, count) == (at("2026-01-06"), 110)
    assert derivation.totals()[ISRC][:3] == (at("2026-01-06"), 110, 1)


def test_a_series_without_any_accepted_count_left_has_no_current_count_trend_or_total(derivation):
    record(derivation, {"2026-01-05": 999})
    derivation.hold(ISRC, "2026-01-05")
    derivation.rebuild("2026-01-05")
    assert (history(derivation), derivation.currents(), derivation.trends(), derivation.totals()) == ({}, {}, {}, {})


def test_a_total_forgets_the_service_that_lost_its_count(derivation):
    record(derivation, {"2026-01-05": 100})
    record(derivation, {"2026-01-07": 1000}, Service.SPOTIFY)
    derivation.hold(ISRC, "2026-01-07", Service.SPOTIFY)
    derivation.rebuild("2026-01-07")
    assert derivation.totals()[ISRC][:3] == (at("2026-01-05"), 100, 1)


def test_a_closed_gate_publishes_nothing_of_its_service(derivation):
    record(derivation, {"2026-01-05": 100})
    derivation.observe(ISRC, "2026-01-06", 110)
    derivation.observe(ISRC, "2026-01-06", 1100, Service.SPOTIFY)
    derivation.close_gate("2026-01-06")
    derivation.rebuild("2026-01-06")
    assert derivation.currents() == {(ISRC, 1): (100, at("2026-01-05")), (ISRC, 2): (1100, at("2026-01-06"))}
    assert history(derivation) == {"2026-01-05": (100, None, None)}


def test_rebuilding_a_day_whose_gate_was_closed_since_removes_what_it_had_published(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-06": 110, "2026-01-07": 125})
    derivation.close_gate("2026-01-06")
    derivation.rebuild("2026-01-06")
    assert history(derivation) == {"2026-01-05": (100, None, None), "2026-01-07": (125, 25, 2)}
    derivation.close_gate("2026-01-06", gate="open")
    derivation.rebuild("2026-01-06")
    assert history(derivation)["2026-01-07"] == (125, 15, 1)


def test_a_closed_last_day_gives_its_current_counts_back_to_the_day_before(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-06": 110})
    derivation.close_gate("2026-01-06")
    derivation.rebuild("2026-01-06")
    assert derivation.currents() == {(ISRC, 1): (100, at("2026-01-05"))}
    assert derivation.trends()[ISRC, 1][:2] == (at("2026-01-05"), 100)


@pytest.mark.parametrize(
    ("bases", "base", "span"),
    [
        pytest.param({-7: 100}, 100, 7, id="exactly-a-week"),
        pytest.param({-10: 100}, 100, 10, id="three-days-early"),
        pytest.param({-4: 100}, 100, 4, id="three-days-late"),
        pytest.param({-10.001: 100, -3.999: 200}, None, None, id="nothing-within-three-days"),
        pytest.param({-9: 100, -6: 200}, 200, 6, id="the-nearest"),
        pytest.param({-8: 100, -6: 200}, 100, 8, id="the-earlier-on-a-tie"),
        pytest.param({-8.5: 100, -6.25: 200}, 200, 6.25, id="to-the-instant-not-the-day"),
    ],
)
def test_the_base_of_a_week_is_the_snapshot_nearest_to_seven_days_ago(derivation, bases, base, span):
    now = at("2026-03-20T12:00")
    for days, count in bases.items():
        derivation.observe(ISRC, now + timedelta(days=days), count)
    derivation.observe(ISRC, now, 900)
    derivation.rebuild("2026-03-01", "2026-03-20")
    _, _, found, change, percentage, span_7, *_ = derivation.trends()[ISRC, 1]
    assert (found, span_7) == (base, span)
    assert change == (None if base is None else round((900 - base) * 7 / span))
    assert percentage == (None if base is None else pytest.approx((900 - base) * 7 / span / base * 100))


def test_a_series_read_last_on_an_earlier_day_than_others_has_its_own_nearest_base(derivation):
    for moment, count in {"2026-03-13T20:00": 100, "2026-03-14T00:00": 200, "2026-03-20T21:00": 1000}.items():
        derivation.observe(ISRC, moment, count)
    derivation.observe(OTHER, "2026-03-21", 1)
    derivation.rebuild("2026-03-13", "2026-03-21")
    assert derivation.trends()[ISRC, 1][2] == 100


@pytest.mark.parametrize(
    ("days", "base"), [(-20, 100), (-40, 100), (-19.999, None), (-40.001, None)], ids=lambda value: str(value)
)
def test_the_base_of_a_month_may_be_ten_days_off(derivation, days, base):
    now = at("2026-03-20T12:00")
    derivation.observe(ISRC, now + timedelta(days=days), 100)
    derivation.observe(ISRC, now, 400)
    derivation.rebuild("2026-01-01", "2026-03-20")
    base_30, change_30, percentage_30, span_30, *_ = derivation.trends()[ISRC, 1][6:]
    assert base_30 == base
    if base:
        assert (change_30, span_30) == (round(300 * 30 / -days), -days)
        assert percentage_30 == pytest.approx(300 * 30 / -days)


def test_a_base_of_zero_has_a_change_and_no_percentage(derivation):
    record(derivation, {"2026-01-01": 0, "2026-01-08": 70})
    _, _, base, change, percentage, *_ = derivation.trends()[ISRC, 1]
    assert (base, change, percentage) == (0, 70, None)


def test_a_total_adds_the_services_and_its_change_only_those_with_a_base(derivation):
    record(derivation, {"2026-01-01": 100, "2026-01-08": 120})
    record(derivation, {"2026-01-08": 5000}, Service.SPOTIFY)
    derivation.rebuild("2026-01-01", "2026-01-08")
    as_of, count, services, change_7, percentage_7, *_ = derivation.totals()[ISRC]
    assert (as_of, count, services) == (at("2026-01-08"), 5120, 2)
    assert (change_7, percentage_7) == (20, pytest.approx(20.0))


def test_every_change_marks_its_track_as_unpublished_and_no_other(derivation):
    record(derivation, {"2026-01-05": 100})
    derivation.observe(OTHER, "2026-01-05", 50)
    derivation.rebuild("2026-01-05")
    assert derivation.unpublished() == {ISRC, OTHER}
    derivation.observe(OTHER, "2026-01-06", 60)
    derivation.rebuild("2026-01-06")
    assert derivation.unpublished() == {OTHER}
    derivation.hold(ISRC, "2026-01-05")
    derivation.rebuild("2026-01-05")
    assert derivation.unpublished() == {ISRC}


def test_running_again_changes_nothing(derivation):
    for number, day in enumerate(("2026-01-05", "2026-01-06", "2026-02-04", "2026-02-06")):
        for isrc in (ISRC, OTHER):
            for service in Service:
                derivation.observe(isrc, day, 100 + number, service)
                derivation.observe(isrc, f"{day}T20:00", None, service)
    first = derivation.rebuild("2026-01-05", "2026-02-06")
    assert first | {"later deltas": 1, "lost trends": 1} == dict.fromkeys(first, pytest.approx(8, abs=8))
    assert first["snapshots"] == 16
    derivation.unpublished()
    assert set(derivation.rebuild("2026-01-05", "2026-02-06").values()) == {0}
    assert set(derivation.rebuild("2026-01-06").values()) == {0}
    assert derivation.unpublished() == set()


def test_later_days_that_hold_the_next_snapshot_of_some_series_are_found(derivation):
    record(derivation, {"2026-01-05": 100, "2026-01-08": 130, "2026-01-09": 140})
    derivation.observe(OTHER, "2026-01-05", 1)
    derivation.observe(OTHER, "2026-03-01", 2)
    derivation.rebuild("2026-01-05", "2026-03-01")
    assert derivation._days_after(date(2026, 1, 5)) == [date(2026, 1, 8), date(2026, 3, 1)]
    assert derivation._days_after(date(2026, 3, 1)) == []
