"""What was unusual comes out as one row a track-day, with what was expected and what became of it."""

from datetime import date

import pyarrow.parquet
import pytest
from sqlalchemy import text

from tests.command_line import CommandLine
from viewcount_core.database import Database

STRICT = """\
isrc,service,date,kind,tier,severity,observed,expected_low,expected_high,state
GBAYE0601498,youtube,2026-01-02,zero,strict,error,0,1000,1500,closed
USUM71604711,spotify,2026-01-03,gone,strict,error,,,,open
USUM71604711,youtube,2026-01-03,jump,strict,,9007199254740992,100,300,
USUM71604711,spotify,2026-01-05,gone,strict,error,,,,open
"""
MOVER = "GBAYE0601498,spotify,2026-01-03,mover,sensitive,,700,500,600,\n"
SENSITIVE = STRICT.replace("USUM71604711,spotify,2026-01-03", f"{MOVER}USUM71604711,spotify,2026-01-03")
RECORDS = [
    """
    select ensure_month_partitions(parent, service_id, '2026-01-01', '2026-01-31')
    from services, unnest(array['view_count_observations', 'count_verdicts']) as parent
    """,
    """
    insert into view_count_observations (isrc, service_id, observed_at, view_count, status, origin)
    values
        ('GBAYE0601498', 1, '2026-01-02 08:00Z', 1200, 'ok', 'run'),
        ('GBAYE0601498', 1, '2026-01-02 20:00Z', 0, 'ok', 'run'),
        ('GBAYE0601498', 1, '2026-01-02 22:00Z', 1210, 'ok', 'run'),
        ('GBAYE0601498', 2, '2026-01-03 20:00Z', 700, 'ok', 'run'),
        ('USUM71604711', 1, '2026-01-03 00:00Z', 9007199254740992, 'ok', 'run'),
        ('USUM71604711', 1, '2026-01-03 20:00Z', 120, 'ok', 'run'),
        ('USUM71604711', 2, '2026-01-01 20:00Z', null, 'unavailable', 'run'),
        ('USUM71604711', 2, '2026-01-02 20:00Z', null, 'unavailable', 'run'),
        ('USUM71604711', 2, '2026-01-03 20:00Z', null, 'unavailable', 'run'),
        ('USUM71604711', 2, '2026-01-03 21:00Z', null, 'unavailable', 'run'),
        ('USUM71604711', 2, '2026-01-04 20:00Z', null, 'unavailable', 'run'),
        ('USUM71604711', 2, '2026-01-05 20:00Z', null, 'unavailable', 'run')
    """,
    """
    insert into count_verdicts
        (isrc, service_id, observed_at, verdict, kind, tier, accepted_count, expected_low, expected_high)
    values
        ('GBAYE0601498', 1, '2026-01-02 08:00Z', 'accepted', 'spike', 'strict', 1200, 1, 2),
        ('GBAYE0601498', 1, '2026-01-02 20:00Z', 'rejected', 'zero', 'strict', null, 1000, 1500),
        ('GBAYE0601498', 1, '2026-01-02 22:00Z', 'accepted', 'mover', 'sensitive', 1210, 3, 4),
        ('GBAYE0601498', 2, '2026-01-03 20:00Z', 'accepted', 'mover', 'sensitive', 700, 500, 600),
        ('USUM71604711', 1, '2026-01-03 00:00Z', 'held', 'jump', 'strict', null, 100, 300),
        ('USUM71604711', 1, '2026-01-03 20:00Z', 'accepted', 'jitter', null, 120, null, null)
    """,
    """
    insert into anomalies
        (isrc, service_id, kind, severity, first_day, opened_on, last_day, state, resolution, closed_on)
    values
        ('GBAYE0601498', 1, 'zero', 'error', '2026-01-02', '2026-01-02', '2026-01-02', 'closed', 'rejected',
         '2026-01-04'),
        ('USUM71604711', 2, 'gone', 'error', '2026-01-01', '2026-01-03', '2026-01-05', 'open', null, null)
    """,
    # On the 4th hardly any track was read: nothing can be said of one that was not.
    """
    insert into service_days (service_id, day, gate, active, asked, ok, failed, deferred, units)
    select 2, day, 'open', 10, 10, case day when '2026-01-04' then 4 else 9 end, '{}', 0, 0
    from generate_series('2026-01-01'::date, '2026-01-05'::date, '1 day') day
    """,
]


@pytest.fixture
def command(database: Database, tmp_path, monkeypatch, capsys) -> CommandLine:
    for statement in RECORDS:
        with database.engine.begin() as connection:
            connection.execute(text(statement))
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("YOUTUBE_EMULATOR_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    return CommandLine(capsys)


def rows(whole: str, *numbers: int) -> str:
    lines = whole.splitlines(keepends=True)
    return "".join([lines[0], *(lines[number] for number in numbers)])


def test_a_track_day_is_one_row_and_the_last_flagged_reading_speaks_for_it(command):
    assert command("export", "anomalies").out == STRICT


def test_the_sensitive_tier_adds_the_movers(command):
    assert command("export", "anomalies", "--tier", "sensitive").out == SENSITIVE


def test_days_isrcs_and_service_choose_rows(command):
    for options, kept in (
        (("--from", "2026-01-03", "--to", "2026-01-03"), (2, 3)),
        (("--service", "spotify"), (2, 4)),
        (("--isrc", "GBAYE0601498"), (1,)),
        (("--from", "2027-01-01"), ()),
    ):
        assert command("export", "anomalies", *options).out == rows(STRICT, *kept), options


def test_another_tier_is_refused(command):
    outcome = command("export", "anomalies", "--tier", "jitter")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "'strict', 'sensitive'" in outcome.err


def test_parquet_says_the_same(command, tmp_path):
    path = tmp_path / "anomalies.parquet"
    assert command("export", "anomalies", "--format", "parquet", "--output", path).code == 0
    table = pyarrow.parquet.read_table(path)
    assert table.column_names == STRICT.splitlines()[0].split(",")
    assert [str(kind) for kind in table.schema.types][2:] == [
        "date32[day]",
        *["string"] * 3,
        *["int64"] * 3,
        "string",
    ]
    assert [(row["date"], row["kind"], row["observed"]) for row in table.to_pylist()][1:3] == [
        (date(2026, 1, 3), "gone", None),
        (date(2026, 1, 3), "jump", 9007199254740992),
    ]
