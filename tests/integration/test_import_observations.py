"""Counts recorded elsewhere come into the log whole, once, and with a reason for every row that does not."""

import os
import random
import signal
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from tests.command_line import CommandLine, start_process
from viewcount_core import clock
from viewcount_pipeline.imports import observations as batches
from viewcount_pipeline.imports.observations import import_observations

TRACKS = ("USUM71604711", "GBAYE0601498", "QMABC7654321")
HEADER = "isrc,service,observed_at,view_count,status"
AT = "2026-01-05T21:30:00Z"


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 2, 1, 12, tzinfo=UTC))


@pytest.fixture
def command(database, tmp_path, monkeypatch, capsys):
    with database.engine.begin() as connection:
        connection.execute(
            text("insert into tracks (isrc) select unnest(cast(:isrcs as text[]))"), {"isrcs": list(TRACKS)}
        )
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("YOUTUBE_EMULATOR_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    return CommandLine(capsys)


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        path = tmp_path / "observations.csv"
        path.write_text("\n".join((HEADER, *rows, "")))
        return path

    return write


def log(database):
    query = """select isrc, service_id, observed_at, view_count, status, origin
               from view_count_observations order by observed_at, isrc, service_id"""
    with database.engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_good_rows_are_stored_as_imported_and_instants_become_utc(command, database, write):
    outcome = command(
        "import",
        "observations",
        write(
            f"{TRACKS[0]},youtube,2026-01-05T23:30:00+02:00,100,ok",
            f"us-um7-16-04711,Spotify,{AT},,unavailable",
        ),
    )
    assert (outcome.code, outcome.out) == (0, "2 observations stored, 0 there already, 0 rows bad\n")
    at = datetime(2026, 1, 5, 21, 30, tzinfo=UTC)
    assert log(database) == [
        (TRACKS[0], 1, at, 100, "ok", "import"),
        (TRACKS[0], 2, at, None, "unavailable", "import"),
    ]
    assert "viewcount rebuild --from 2026-01-05 --to 2026-01-05" in outcome.err


def test_counts_are_stored_to_the_last_digit_negative_ones_for_the_verdict_to_reject(command, database, write):
    counts = (0, -5, 2**53 + 1, 2**63 - 1, -(2**63))
    rows = [f"{TRACKS[0]},youtube,2026-01-0{day}T00:00:00Z,{count},ok" for day, count in enumerate(counts, 1)]
    assert command("import", "observations", write(*rows)).code == 0
    assert [row[3] for row in log(database)] == list(counts)


def test_a_bad_row_is_listed_with_its_line_and_costs_no_other_row(command, database, write):
    bad = (f"USUM79999999,youtube,{AT},5,ok", f"{TRACKS[0]},tidal,{AT},5,ok", f"{TRACKS[0]},youtube,{AT}")
    outcome = command("import", "observations", write("", *bad, f"{TRACKS[1]},spotify,{AT},7,ok"))
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "line 3: isrc USUM79999999 is no track of this database",
        "line 4: service 'tidal' is not known: youtube or spotify",
        "line 5: has 3 cells where the header has 5",
        "1 observations stored, 0 there already, 3 rows bad",
    ]
    assert [row[:2] for row in log(database)] == [(TRACKS[1], 2)]


def test_an_identical_row_is_ignored_and_a_contradicting_one_is_bad_in_the_file_and_in_the_log(
    command, database, write, monkeypatch
):
    # Two lines a batch: a contradiction has to be found within a batch and across batches.
    monkeypatch.setattr(batches, "BATCH_LINES", 2)
    first = f"{TRACKS[0]},youtube,{AT},100,ok"
    rows = (first, first, f"{TRACKS[0]},youtube,{AT},101,ok", f"{TRACKS[0]},youtube,{AT},,hidden", first)
    outcome = command("import", "observations", write(*rows))
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "line 4: contradicts what is recorded for the same track, service and instant: 100",
        "line 5: contradicts what is recorded for the same track, service and instant: 100",
        "1 observations stored, 2 there already, 2 rows bad",
    ]
    again = command("import", "observations", write(first, f"{TRACKS[0]},youtube,{AT},99,ok"))
    assert again.code == 1
    assert "line 3: contradicts" in again.out
    assert "0 observations stored, 1 there already, 1 rows bad" in again.out
    assert [row[3] for row in log(database)] == [100]


def test_of_two_contradicting_rows_in_one_batch_the_first_line_stays(command, database, write):
    rows = (f"{TRACKS[0]},youtube,{AT},,timeout", f"{TRACKS[0]},youtube,{AT},100,ok")
    outcome = command("import", "observations", write(*rows))
    assert "line 3: contradicts what is recorded for the same track, service and instant: timeout" in outcome.out
    assert [row[4] for row in log(database)] == ["timeout"]


def test_bad_rows_found_by_python_and_by_the_database_are_listed_in_order_of_lines(command, write):
    rows = (f"USUM79999999,youtube,{AT},5,ok", "rubbish", f"USUM79999998,youtube,{AT},5,ok", "rubbish")
    lines = command("import", "observations", write(*rows)).out.splitlines()
    assert [line.partition(":")[0] for line in lines[:4]] == ["line 2", "line 3", "line 4", "line 5"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "no such file", id="missing"),
        pytest.param(f"{HEADER}\n\n".encode(), "holds no rows", id="only-a-header"),
        pytest.param(
            f"{HEADER}\n{TRACKS[0]},youtube,{AT},1,ok\nÄ".encode("latin-1"), "line 3 is not UTF-8", id="latin"
        ),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_one_line_and_nothing_is_stored(
    command, database, tmp_path, content, reason
):
    path = tmp_path / "observations.csv"
    if content is not None:
        path.write_bytes(content)
    outcome = command("import", "observations", path)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"viewcount: {path}: ")
    assert reason in outcome.err
    assert outcome.err.count("\n") == 1
    assert log(database) == []


def test_rows_of_many_batches_and_months_come_in_whole_and_a_second_time_none(database, command, write, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_LINES", 100)
    rows = [
        f"{isrc},{service},2025-{month:02}-{day:02}T21:30:{second:02}.123456Z,{month * day + second},ok"
        for isrc in TRACKS
        for service in ("youtube", "spotify")
        for month in range(1, 13)
        for day in (1, 15, 28)
        for second in (0, 30)
    ]
    random.Random(7).shuffle(rows)
    path, bad, read = write(*rows), [], []
    first = import_observations(database, path, date(2023, 1, 1), bad.append, read.append)
    again = import_observations(database, path, date(2023, 1, 1), bad.append, read.append)
    assert (first.stored, first.repeated, first.first_day, first.last_day) == (
        len(rows),
        0,
        date(2025, 1, 1),
        date(2025, 12, 28),
    )
    assert (again.stored, again.repeated, bad) == (0, len(rows), [])
    assert read[-1] == path.stat().st_size
    assert len(log(database)) == len(rows)


def test_a_killed_import_leaves_nothing_and_the_next_one_completes(command, database, write):
    rows = [
        f"{isrc},youtube,2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z,5,ok"
        for isrc in TRACKS
        for month in range(1, 13)
        for day in range(1, 29)
        for hour in range(24)
        for minute in (0, 20, 40)
    ]
    path = write(*rows)
    process = start_process("import", "observations", path)
    with process:
        while "%" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 30
    while _others(database) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert log(database) == []
    assert import_observations(database, path, date(2023, 1, 1), print).stored == len(rows)


def _others(database):
    query = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    with database.engine.begin() as connection:
        return connection.execute(text(query + " and state <> 'idle'")).scalar()


def test_a_pipe_is_read_like_a_file(command, database, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = start_process("import", "observations", pipe)
    pipe.write_text(f"{HEADER}\n{TRACKS[0]},youtube,{AT},5,ok\n")
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "1 observations stored, 0 there already, 0 rows bad\n")
