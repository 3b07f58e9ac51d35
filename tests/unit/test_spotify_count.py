"""Reading play counts as text: every form that is certain, and every form that is not."""

import pytest

from viewcount_core.records import Status
from viewcount_pipeline.sources.spotify_count import read_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("1,234,567", 1_234_567, id="commas"),
        pytest.param("1.234.567", 1_234_567, id="dots"),
        pytest.param("1\u00a0234\u00a0567", 1_234_567, id="no-break-spaces"),
        pytest.param("1\u202f234\u202f567", 1_234_567, id="narrow-no-break-spaces"),
        pytest.param("1\u2009234\u2009567", 1_234_567, id="thin-spaces"),
        pytest.param("1 234 567", 1_234_567, id="spaces"),
        pytest.param("999", 999, id="no-group"),
        pytest.param("1234567", 1_234_567, id="plain-digits"),
        pytest.param("0", 0, id="a-zero-that-is-shown-is-a-zero"),
        pytest.param("  4,611,686,018\u00a0\n", 4_611_686_018, id="space-around-and-beyond-32-bits"),
    ],
)
def test_a_certain_count_is_read_with_its_text_as_evidence(text: str, count: int) -> None:
    reading = read_count(text)
    assert (reading.status, reading.view_count, reading.raw_text) == (Status.OK, count, text)


@pytest.mark.parametrize("text", ["<1,000", "< 1,000", "<1.000", "<\u00a01000", "<1\u202f000"])
def test_an_upper_bound_is_below_threshold_and_no_number(text: str) -> None:
    reading = read_count(text)
    assert (reading.status, reading.view_count, reading.raw_text) == (Status.BELOW_THRESHOLD, None, text)


@pytest.mark.parametrize(
    "text",
    ["1.2M", "1.2 M", "3K", "12,5\u00a0Mio.", "1B", "1,2 mln"],
)
def test_a_rounded_count_is_a_parse_error_that_says_so(text: str) -> None:
    reading = read_count(text)
    assert (reading.status, reading.reason, reading.raw_text) == (
        Status.PARSE_ERROR,
        "the count is rounded",
        text,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("1,23", id="short-group"),
        pytest.param("1,2345", id="long-group"),
        pytest.param("1234,567", id="long-first-group"),
        pytest.param("1,234.567", id="two-kinds-of-separator"),
        pytest.param("1,234.50", id="decimals"),
        pytest.param("0,123", id="leading-zero-group"),
        pytest.param("007", id="leading-zeros"),
        pytest.param("-1", id="negative"),
        pytest.param("+1,234", id="signed"),
        pytest.param("1,234 plays", id="words"),
        pytest.param("--", id="dashes"),
        pytest.param("\u0661\u0662\u0663", id="other-digits"),
        pytest.param("1,,234", id="doubled-separator"),
        pytest.param("1'234", id="unknown-separator"),
        pytest.param("9" * 16, id="more-than-a-count-can-be"),
        pytest.param("< many", id="bound-without-number"),
    ],
)
def test_anything_else_is_a_parse_error_with_its_text(text: str) -> None:
    reading = read_count(text)
    assert (reading.status, reading.view_count, reading.raw_text) == (Status.PARSE_ERROR, None, text)
