"""A person's word on a reading is the last one, whatever later days made of it and however often it changes."""

from datetime import date

import pytest

from tests.derivation import Derivation
from tests.integration.test_verdicts import derived, forget
from viewcount_core.records import Service
from viewcount_pipeline.decisions import decide_reading

ISRC = "USVCT2600001"
JUMP = date(2026, 1, 21)
LAST = date(2026, 1, 24)
VERDICT = "select verdict, resolved_at is not null from count_verdicts where observed_at::date = '2026-01-21'"


@pytest.fixture
def derivation(database) -> Derivation:
    """Steady growth, a jump that the day after does not repeat, and some days more."""
    found = Derivation(database)
    found.execute("insert into tracks (isrc) values (:isrc)", isrc=ISRC)
    for number in range(1, 25):
        count = 100_000 + 1_000 * number + (900_000 if number == JUMP.day else 0)
        found.observe(ISRC, f"2026-01-{number:02}T20:00", count)
    found.rebuild("2026-01-01", LAST)
    return found


def decide(derivation: Derivation, word: str) -> tuple:
    decide_reading(derivation.database, ISRC, Service.YOUTUBE, JUMP, is_confirmed=word == "confirm", why="seen")
    derivation.rebuild(JUMP)
    return derivation.rows(VERDICT)[0]


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        (["reject"], "rejected"),
        (["reject", "reject", "confirm"], "restated"),
        (["confirm", "reject"], "rejected"),
    ],
)
def test_the_last_word_holds_after_a_later_day_had_decided_and_in_every_rebuild(derivation, words, verdict):
    assert derivation.rows(VERDICT) == [("rejected", True)]
    for word in words:
        assert decide(derivation, word)[0] == {"confirm": "restated", "reject": "rejected"}[word]
    once = derived(derivation)
    for days in ((JUMP, JUMP), (JUMP, LAST), ("2026-01-22", LAST), ("2026-01-01", LAST)):
        assert sum(derivation.rebuild(*days).values()) == 0, days
    assert derived(derivation) == once
    forget(derivation, log=False)
    derivation.rebuild("2026-01-01", LAST)
    assert derived(derivation) == once
    assert derivation.rows(VERDICT)[0][0] == verdict


def test_a_day_that_is_judged_on_the_way_to_another_is_recorded_too(derivation):
    once = derived(derivation)
    forget(derivation, log=False)
    derivation.rebuild(LAST)
    assert derived(derivation) == once
