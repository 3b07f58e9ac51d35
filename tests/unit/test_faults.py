"""Faults by rate and seed: the same places every time, and no kind that nobody knows."""

import pytest

from viewcount_core.errors import ConfigurationError
from viewcount_local.emulators.faults import FAULTS, Faults


def test_a_rate_is_met_and_its_places_stay_the_same() -> None:
    places = [video for video in range(10_000) if Faults({"hidden": 0.1}, seed=1).hits("hidden", video)]
    assert 900 < len(places) < 1_100
    assert all(Faults({"hidden": 0.1}, seed=1).hits("hidden", video) for video in places)


def test_seeds_and_kinds_choose_apart() -> None:
    faults, other = Faults({"hidden": 0.5, "zero": 0.5}, seed=1), Faults({"hidden": 0.5}, seed=2)
    chosen = [faults.hits("hidden", video) for video in range(200)]
    assert chosen != [faults.hits("zero", video) for video in range(200)]
    assert chosen != [other.hits("hidden", video) for video in range(200)]


def test_a_higher_rate_keeps_the_places_of_a_lower_one() -> None:
    few, many = Faults({"zero": 0.1}), Faults({"zero": 0.4})
    assert all(many.hits("zero", video) for video in range(2000) if few.hits("zero", video))


def test_nothing_misbehaves_unless_told_to() -> None:
    assert not any(Faults().hits(kind, 1) for kinds in FAULTS.values() for kind in kinds)
    assert all(Faults({"zero": 1.0}).hits("zero", video) for video in range(100))


def test_an_unknown_kind_is_answered_with_all_there_are() -> None:
    with pytest.raises(ConfigurationError, match="EMULATOR_FAULTS: 'unavialable' is no kind") as caught:
        Faults({"unavialable": 0.1})
    assert all(kind in str(caught.value) for kinds in FAULTS.values() for kind in kinds)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_is_a_share(rate: float) -> None:
    with pytest.raises(ConfigurationError, match="EMULATOR_FAULTS=zero=0.01"):
        Faults({"zero": rate})
