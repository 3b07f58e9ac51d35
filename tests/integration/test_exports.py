"""What is recorded comes out sorted, complete and to the last digit, as CSV and as Parquet."""

import io
import os
import subprocess
import sys
from datetime import UTC, date, datetime

import psycopg
import pyarrow.parquet
import pytest
from sqlalchemy import text

from tests.command_line import PROJECT, CommandLine

HISTORY = """\
isrc,service,date,view_count,delta_count,delta_days,quality
GBAYE0601498,spotify,2026-01-01,5,,,ok
GBAYE0601498,youtube,2026-01-01,9007199254740993,,,ok
USUM71604711,youtube,2026-01-01,100,,,ok
GBAYE0601498,youtube,2026-01-03,9007199254740999,6,2,flagged
"""
OBSERVATIONS = """\
isrc,service,observed_at,view_count,status,origin,verdict
GBAYE0601498,spotify,2026-01-01T21:30:00Z,5,ok,run,accepted
GBAYE0601498,youtube,2026-01-01T21:30:00Z,9007199254740993,ok,run,
USUM71604711,spotify,2026-01-01T23:59:59.999999Z,,unavailable,run,ignored
USUM71604711,youtube,2026-01-02T00:00:00.25Z,-3,ok,import,rejected
"""
RECORDS = """
select ensure_month_partitions(parent, service_id, '2026-01-01', '2026-01-31')
from services, unnest(array['historical_view_counts', 'view_count_observations', 'count_verdicts']) as parent;
insert into historical_view_counts
    (isrc, service_id, view_count, delta_count, delta_days, recorded_date, observed_at, quality)
values
    ('USUM71604711', 1, 100, null, null, '2026-01-01', '2026-01-01 21:30Z', 'ok'),
    ('GBAYE0601498', 1, 9007199254740999, 6, 2, '2026-01-03', '2026-01-03 21:30Z', 'flagged'),
    ('GBAYE0601498', 1, 9007199254740993, null, null, '2026-01-01', '2026-01-01 21:30Z', 'ok'),
    ('GBAYE0601498', 2, 5, null, null, '2026-01-01', '2026-01-01 21:30Z', 'ok');
insert into view_count_observations (isrc, service_id, observed_at, view_count, status, origin)
values
    ('USUM71604711', 1, '2026-01-02 00:00:00.25Z', -3, 'ok', 'import'),
    ('USUM71604711', 2, '2026-01-01 23:59:59.999999Z', null, 'unavailable', 'run'),
    ('GBAYE0601498', 1, '2026-01-01 21:30Z', 9007199254740993, 'ok', 'run'),
    ('GBAYE0601498', 2, '2026-01-01 21:30Z', 5, 'ok', 'run');
insert into count_verdicts (isrc, service_id, observed_at, verdict, accepted_count)
values
    ('USUM71604711', 1, '2026-01-02 00:00:00.25Z', 'rejected', null),
    ('USUM71604711', 2, '2026-01-01 23:59:59.999999Z', 'ignored', null),
    ('GBAYE0601498', 2, '2026-01-01 21:30Z', 'accepted', 5);
"""
MANY = """
insert into historical_view_counts (isrc, service_id, view_count, recorded_date, observed_at)
select 'USUM7' || lpad(n::text, 7, '0'), 1, n, '2026-01-05', '2026-01-05 21:30Z' from generate_series(1, 50000) n
"""


def execute(database, statements):
    with database.engine.begin() as connection:
        connection.execute(text(statements))


@pytest.fixture
def command(database, tmp_path, monkeypatch, capsys):
    for statement in RECORDS.split(";\n")[:-1]:
        execute(database, statement)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("YOUTUBE_EMULATOR_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    return CommandLine(capsys)


def lines(whole, *numbers):
    parts = whole.splitlines(keepends=True)
    return "".join([parts[0], *(parts[number] for number in numbers)])


def test_csv_has_a_header_and_every_row_in_order(command):
    assert command("export", "history").out == HISTORY
    assert command("export", "observations").out == OBSERVATIONS


def test_days_isrcs_and_service_choose_rows(command):
    for what, whole, options, kept in (
        ("history", HISTORY, ("--from", "2026-01-02"), (4,)),
        ("history", HISTORY, ("--to", "2026-01-02", "--service", "youtube"), (2, 3)),
        ("history", HISTORY, ("--isrc", "us-um7-16-04711", "--isrc", "QMABC7654321"), (3,)),
        ("history", HISTORY, ("--from", "2027-01-01"), ()),
        # Midnight belongs to the day it begins.
        ("observations", OBSERVATIONS, ("--to", "2026-01-01"), (1, 2, 3)),
        ("observations", OBSERVATIONS, ("--from", "2026-01-02", "--to", "2026-01-02"), (4,)),
        ("observations", OBSERVATIONS, ("--service", "Spotify", "--isrc", "USUM71604711"), (3,)),
    ):
        outcome = command("export", what, *options)
        assert (outcome.code, outcome.out) == (0, lines(whole, *kept)), options


def test_parquet_has_types_and_nulls_and_says_the_same(command, tmp_path):
    path = tmp_path / "history.parquet"
    assert command("export", "history", "--format", "parquet", "--output", path).code == 0
    table = pyarrow.parquet.read_table(path)
    assert table.to_pylist()[-1] == {
        "isrc": "GBAYE0601498",
        "service": "youtube",
        "date": date(2026, 1, 3),
        "view_count": 9007199254740999,
        "delta_count": 6,
        "delta_days": 2,
        "quality": "flagged",
    }
    assert [str(kind) for kind in table.schema.types] == [
        "string",
        "string",
        "date32[day]",
        "int64",
        "int64",
        "int16",
        "string",
    ]
    assert table.column("delta_count").null_count == 3
    assert command("export", "observations", "--format", "parquet", "--output", path).code == 0
    last = pyarrow.parquet.read_table(path).to_pylist()[2:]
    assert [row["observed_at"] for row in last] == [
        datetime(2026, 1, 1, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 2, 0, 0, 0, 250000, tzinfo=UTC),
    ]
    assert [(row["view_count"], row["verdict"]) for row in last] == [(None, "ignored"), (-3, "rejected")]
    assert os.listdir(tmp_path) == ["history.parquet"]  # noqa: PTH208


def test_an_export_of_nothing_has_all_columns(command, tmp_path):
    path = tmp_path / "history.parquet"
    assert command("export", "history", "--from", "2027-01-01", "--format", "parquet", "--output", path).code == 0
    table = pyarrow.parquet.read_table(path)
    assert (table.num_rows, table.column_names) == (0, HISTORY.splitlines()[0].split(","))


def test_a_file_is_replaced_whole_or_not_at_all(command, database, tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("older")
    execute(database, "alter table services rename to hidden_services")
    with pytest.raises(psycopg.errors.UndefinedTable):
        command("export", "history", "--output", path)
    assert path.read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv"]
    execute(database, "alter table hidden_services rename to services")
    assert command("export", "history", "--output", path).code == 0
    assert path.read_text() == HISTORY


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(("--from", "2026-02-01", "--to", "2026-01-01"), "--from 2026-02-01 is after --to", id="order"),
        pytest.param(("--from", "01.02.2026"), "'01.02.2026' is no day; write it like 2026-01-31", id="day"),
        pytest.param(("--isrc", "abc"), "'abc' is not an ISRC", id="isrc"),
        pytest.param(("--service", "tidal"), "'tidal' is no service: youtube or spotify", id="service"),
        pytest.param(("--format", "xml"), "'csv', 'parquet'", id="format"),
        pytest.param(("--output", "/nowhere/at/all.csv"), "there is no folder /nowhere/at", id="folder"),
        pytest.param(("--output", "/"), "/: is a folder", id="a-folder"),
    ],
)
def test_a_wrong_argument_is_named_in_one_line(options, reason, capsys):
    outcome = CommandLine(capsys)("export", "history", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_reader_that_stops_early_ends_the_export_without_a_word(command, database):
    execute(database, MANY)
    process = subprocess.Popen(
        [sys.executable, "-m", "viewcount_cli.main", "export", "history", "--from", "2026-01-05"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert process.stdout.readline().startswith(b"isrc,")
    process.stdout.close()
    assert (process.wait(60), process.stderr.read()) == (0, b"")
    process.stderr.close()


def test_parquet_goes_to_a_pipe_but_not_to_a_terminal(command):
    run = [sys.executable, "-m", "viewcount_cli.main", "export", "history", "--format", "parquet"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    piped = subprocess.run(run, capture_output=True, check=True, env=environment)
    assert pyarrow.parquet.read_table(io.BytesIO(piped.stdout)).num_rows == 4
    terminal, end = os.openpty()
    shown = subprocess.run(run, stdout=end, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    os.close(end)
    os.close(terminal)
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert "--output" in shown.stderr
