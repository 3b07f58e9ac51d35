"""When a cron line fires, held against Dagster's own reading of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from dagster._utils.schedules import cron_string_iterator

from viewcount_core.cron import times_on

LINES = [
    "30 21 * * *",
    "*/20 6-8,22 * * *",
    "0 0 1,15 * *",
    "5 4 * * 0",
    "5 4 * * 7",
    "0 12 13 * 5",
    "59 23 31 12 *",
    "10/25 1 */9 2-3 1-5/2",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_fires_when_dagster_says_it_does(line):
    first = date(2026, 1, 1)
    days = [first + timedelta(days=number) for number in range(400)]
    found = [at for day in days for at in times_on([line], day)]
    beginning = datetime(2026, 1, 1, tzinfo=UTC)
    theirs = cron_string_iterator(beginning.timestamp(), line, "UTC")
    assert found == [next(theirs) for _ in found]
    assert next(theirs) >= datetime(2027, 2, 5, tzinfo=UTC)


def test_several_lines_fire_in_order_and_once_at_the_same_time():
    found = times_on(["0 21 * * *", "0 6,21 * * *"], date(2026, 3, 1))
    assert [at.hour for at in found] == [6, 21]
