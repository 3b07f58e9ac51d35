"""Numbers are shown in few characters, rounded and never misleading."""

import pytest

from viewcount_api.short_numbers import short_count, short_percentage


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (None, None),
        (0, "0"),
        (999, "999"),
        (1_000, "1.0K"),
        (5_649, "5.6K"),
        (5_650, "5.7K"),
        (999_949, "999.9K"),
        (999_950, "1.0M"),
        (3_400_000, "3.4M"),
        (999_950_000, "1.0B"),
        (1_234_567_890, "1.2B"),
        (1_000_000_000_000, "1.0T"),
        (9_007_199_254_740_992, "9007.2T"),
    ],
)
def test_a_count_in_short(count, shown):
    assert short_count(count) == shown


@pytest.mark.parametrize(
    ("percentage", "shown"),
    [
        (None, None),
        (0.0, "0%"),
        (-0.04, "0%"),
        (0.05, "+0.1%"),
        (5.2, "+5.2%"),
        (5.25, "+5.3%"),
        (-3.1, "-3.1%"),
        (4.0, "+4%"),
        (-2.96, "-3%"),
        (10.0, "+10%"),
        (123456.78, "+123456.8%"),
        (1e20, "+100000000000000000000%"),
    ],
)
def test_a_percentage_in_short(percentage, shown):
    assert short_percentage(percentage) == shown
