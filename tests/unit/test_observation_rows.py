"""A line of an observation file is read exactly, or refused with a reason that says what would be right."""

from datetime import UTC, datetime

import pytest

from viewcount_core.errors import InputError
from viewcount_pipeline.imports.observation_rows import RowReader, UnusableObservation, read_header
from viewcount_pipeline.imports.text_lines import BLOCK_BYTES, read_lines

ISRC = "USUM71604711"
HEADER = "isrc,service,observed_at,view_count,status"
AT = "2026-01-05T21:30:00Z"
INSTANT = datetime(2026, 1, 5, 21, 30, tzinfo=UTC)


def read(row, header=HEADER):
    earliest, latest = datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, 12, tzinfo=UTC)
    return RowReader(read_header("counts.csv", header), earliest, latest).read(row)


def lines_of(tmp_path, content):
    path = tmp_path / "counts.csv"
    path.write_bytes(content)
    return list(read_lines(path, lambda read: None))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(f"nonsense,youtube,{AT},5,ok", "'nonsense' is not an ISRC", id="no-isrc"),
        pytest.param(f"{ISRC},tidal,{AT},5,ok", "service 'tidal' is not known", id="unknown-service"),
        pytest.param(f"{ISRC},youtube,2026-01-05T21:30:00,5,ok", "has no zone", id="no-zone"),
        pytest.param(f"{ISRC},youtube,5 January,5,ok", "is not an ISO-8601 instant", id="no-instant"),
        pytest.param(f"{ISRC},youtube,2026-02-01T12:00:01Z,5,ok", "is in the future", id="future"),
        pytest.param(f"{ISRC},youtube,9999-12-31T23:59:59-12:00,5,ok", "is in the future", id="beyond-all-time"),
        pytest.param(f"{ISRC},youtube,2022-12-31T23:59:59Z,5,ok", "is before 2023-01-01", id="too-early"),
        pytest.param(f"{ISRC},youtube,0001-01-01T00:00:00+14:00,5,ok", "is before 2023-01-01", id="before-time"),
        pytest.param(f"{ISRC},youtube,{AT},1.5,ok", "is not a whole number", id="fraction"),
        pytest.param(f"{ISRC},youtube,{AT},1_000,ok", "is not a whole number", id="python-number"),
        pytest.param(f"{ISRC},youtube,{AT},٣,ok", "is not a whole number", id="other-digits"),
        pytest.param(f"{ISRC},youtube,{AT},{2**63},ok", "is beyond", id="beyond-bigint"),
        pytest.param(f"{ISRC},youtube,{AT},{'9' * 5000},ok", "is beyond", id="beyond-reason"),
        pytest.param(f"{ISRC},youtube,{AT},,ok", "view_count is missing", id="ok-without-count"),
        pytest.param(f"{ISRC},youtube,{AT},,", "view_count is missing", id="nothing-at-all"),
        pytest.param(f"{ISRC},youtube,{AT},5,hidden", "although status is hidden", id="count-without-ok"),
        pytest.param(f"{ISRC},youtube,{AT},,gone", "status 'gone' is not known", id="unknown-status"),
        pytest.param(f"{ISRC},youtube,{AT},5", "has 4 cells where the header has 5", id="too-few-cells"),
        pytest.param(f"{ISRC},youtube,{AT},5,ok,x", "has 6 cells", id="too-many-cells"),
        pytest.param(f'{ISRC},"youtube,{AT},5,ok', "quotes do not match", id="open-quote"),
        pytest.param(f"{ISRC},youtube,{AT},7\x00,ok", "is not a whole number", id="nul"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(row, reason):
    with pytest.raises(UnusableObservation, match=reason):
        read(row)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(f"{ISRC},youtube,{AT},5,ok", (ISRC, 1, INSTANT, 5, "ok"), id="plain"),
        pytest.param(f"us-um7-16-04711,Spotify,{AT},5,OK", (ISRC, 2, INSTANT, 5, "ok"), id="case-and-hyphens"),
        pytest.param(f'"{ISRC}"," youtube ",{AT}," 5 ",ok', (ISRC, 1, INSTANT, 5, "ok"), id="quoted-and-padded"),
        pytest.param(f"{ISRC},youtube,2026-01-05T22:30:00+01:00,5,", (ISRC, 1, INSTANT, 5, "ok"), id="offset"),
        pytest.param(f"{ISRC},youtube,{AT},,hidden", (ISRC, 1, INSTANT, None, "hidden"), id="no-count-but-a-status"),
        pytest.param(f"{ISRC},youtube,{AT},-5,ok", (ISRC, 1, INSTANT, -5, "ok"), id="negative"),
    ],
)
def test_a_row_is_read_whatever_its_dress(row, expected):
    assert read(row) == expected


@pytest.mark.parametrize(
    ("header", "row"),
    [
        pytest.param(HEADER.replace(",", ";"), f"{ISRC};youtube;{AT};5;ok", id="semicolons"),
        pytest.param(HEADER.replace(",", "\t"), f"{ISRC}\tyoutube\t{AT}\t5\tok", id="tabs"),
        pytest.param("ISRC, Service,observed_at,view_count", f"{ISRC},youtube,{AT},5", id="no-status-column"),
        pytest.param("verdict,view_count,observed_at,service,isrc", f",5,{AT},youtube,{ISRC}", id="other-order"),
        pytest.param(f"{HEADER},origin,verdict", f"{ISRC},youtube,{AT},5,ok,run,accepted", id="our-own-export"),
    ],
)
def test_columns_are_found_by_name(header, row):
    assert read(row, header) == (ISRC, 1, INSTANT, 5, "ok")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        pytest.param("isrc,service,when,view_count", "no column observed_at", id="missing"),
        pytest.param(f"{HEADER},isrc", "two columns are named isrc", id="twice"),
        pytest.param('isrc,"service', "no column", id="open-quote"),
    ],
)
def test_a_header_without_the_columns_is_refused(header, reason):
    with pytest.raises(InputError, match=f"counts.csv: {reason}"):
        read_header("counts.csv", header)


def test_lines_keep_their_numbers_across_blanks_blocks_and_a_byte_order_mark(tmp_path):
    long = b"x" * 50_000
    content = b"\xef\xbb\xbfhead\r\n\n" + b"\n".join([long] * 100) + b"\n \nlast"
    lines = lines_of(tmp_path, content)
    assert len(content) > 4 * BLOCK_BYTES
    assert lines[0] == (1, "head")
    assert [number for number, _ in lines[1:-1]] == list(range(3, 103))
    assert lines[-1] == (104, "last")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"x" * 3_000_000, "line 1 has no end", id="one-endless-line"),
        pytest.param(b"a\n" + b"x" * 3_000_000, "line 2 has no end", id="endless-second-line"),
        pytest.param(b"a\n" * 1_000_000 + b"\xc4", "line 1000001 is not UTF-8", id="other-letters-late"),
    ],
)
def test_a_file_that_is_no_text_is_refused_naming_the_line(tmp_path, content, reason):
    with pytest.raises(InputError, match=reason):
        lines_of(tmp_path, content)
