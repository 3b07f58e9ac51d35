"""What wrong settings and files get: one line that says what would be right, and nothing is changed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.catalogs import tracks, write_catalog
from tests.acceptance.installation import Installation
from tests.command_line import Outcome
from tests.ports import free_port
from viewcount_local.supervisor import lease

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]

PASSWORD = "n0t-t0-be-sh0wn"
KEY = "AIza-n0t-t0-be-t0ld"
TRACKS = 5
CATALOG = "tracks.csv"


def assert_refused(outcome: Outcome, *told: str, code: int = 2) -> None:
    """It ended with that code and one line, which tells all this."""
    assert outcome.code == code, outcome
    (line,) = outcome.err.splitlines()
    assert line.startswith("viewcount: ")
    assert [text for text in told if text not in line] == [], line
    assert PASSWORD not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("variable", "value", "valid"),
    [
        ("VIEWCOUNT_API_PORT", "eighty", "VIEWCOUNT_API_PORT=8000"),
        ("YOUTUBE_SCHEDULE", "now and then", "YOUTUBE_SCHEDULE="),
        ("EMULATOR_FAULTS", "unavailable=often", "EMULATOR_FAULTS=unavailable=0.01"),
        ("DATABASE_URL", f"mysql://root:{PASSWORD}@db/x", "postgresql://user:password@host:5432/viewcount"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_started(installation: Installation, variable, value, valid):
    assert_refused(installation.run("run", **{variable: value}), variable, valid)
    assert not installation.home.exists()


def test_a_catalog_that_is_not_there_starts_nothing(installation: Installation):
    assert_refused(installation.run("run", "--catalog", "/nowhere/tracks.csv"), "/nowhere/tracks.csv: no such file")
    assert not installation.home.exists()


@pytest.fixture(scope="module")
def filled(shared: Installation) -> Iterator[Installation]:
    """An installation with a few tracks; its servers stay up while the tests of this module use it."""
    catalog = write_catalog(shared.folder / CATALOG, tracks(1, TRACKS))
    # Tracks of a catalog, not imported ones: those belong to no catalog that could shrink.
    loaded = shared.run("run", "--catalog", catalog, YOUTUBE_ENABLED="0", SPOTIFY_ENABLED="0")
    assert loaded.code == 0, loaded
    with shared.connection("postgres"):
        yield shared


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"isrc,title\nUSUG11904206,\xff\xfe\n", "UTF-8", id="not-utf-8"),
        pytest.param(b"title\nSomething\n", "no column isrc", id="without-the-column"),
        pytest.param(b"isrc\nXX\nYY\n", "none of 2 rows can be used", id="all-rows-bad"),
        pytest.param(b"isrc,title\nUSUG11904206,x\n", "would deactivate", id="shrunk"),
    ],
)
def test_a_catalog_that_cannot_be_used_leaves_the_old_one(filled: Installation, content, reason):
    before = filled.rows("select * from tracks order by isrc")
    # The same file as before: a person who names another one may mean fewer tracks.
    catalog = filled.folder / CATALOG
    catalog.write_bytes(content)
    assert_refused(filled.run("run", "--catalog", catalog), reason)
    assert filled.rows("select * from tracks order by isrc") == before
    assert filled.rows("select count(*) from view_count_observations") == [(0,)]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2022-12-31", "2023-01-02", "2023-01-01"),
        ("2023-01-01", "2999-01-01", "in the future"),
        ("2023-01-02", "2023-01-01", "2023-01-02"),
    ],
)
def test_days_outside_the_partitions_are_refused(filled: Installation, first, last, said):
    assert_refused(filled.run("rebuild", "--from", first, "--to", last), said)


def test_a_database_of_another_schema_or_world_is_refused(filled: Installation):
    server = lease(filled.home).postgres_url
    with filled.connection() as session:
        session.execute("create database newer template viewcount_demo")
    with filled.connection("newer") as session:
        session.execute("insert into schema_migrations (version, name, checksum) values (9999, '9999_newer', 'x')")
    emulated = {"YOUTUBE_EMULATOR_URL": "http://127.0.0.1:1"}
    for command in ("run", "migrate"):
        refused = filled.run(command, DATABASE_URL=f"{server}/newer", **emulated)
        assert_refused(refused, "9999_newer", "newer release")
    refused = filled.run("run", DATABASE_URL=f"{server}/viewcount_demo", YOUTUBE_API_KEY=KEY)
    assert_refused(refused, "DATABASE_URL", "demo", "live")


def test_a_database_that_does_not_answer_is_told_without_its_password(installation: Installation):
    url = f"postgresql://someone:{PASSWORD}@127.0.0.1:{free_port()}/viewcount"
    refused = installation.run("run", DATABASE_URL=url, YOUTUBE_API_KEY=KEY)
    assert_refused(refused, "PostgreSQL at 127.0.0.1", "running again completes", code=3)


def test_secrets_are_in_no_output_no_log_and_no_event(filled: Installation, tmp_path: Path):
    password = (filled.home / "password").read_text()
    with filled.connection() as session:
        session.execute("create database viewcount_live")
    # A proxy that nobody listens on stands between us and the real service.
    away = {"https_proxy": f"http://127.0.0.1:{free_port()}", "HTTPS_PROXY": f"http://127.0.0.1:{free_port()}"}
    catalog = write_catalog(tmp_path / "tracks.csv", tracks(1, TRACKS))
    told = filled.run("--verbose", "run", "--json", "--catalog", catalog, YOUTUBE_API_KEY=KEY, **away)
    assert told.code in (1, 3), told
    logged = "".join(path.read_text(errors="replace") for path in filled.home.glob("logs/*.log"))
    stored = "".join(
        path.read_text(errors="replace") for path in filled.home.glob("dagster/storage/**/*") if path.is_file()
    )
    events = str(filled.rows("select event from event_logs", "dagster_live"))
    for secret in (KEY, password):
        for place in (told.out, told.err, logged, stored, events):
            assert secret not in place


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount program to make a small disk with")
def test_a_full_disk_is_told_and_the_next_run_completes(tmp_path_factory: pytest.TempPathFactory):
    folder = Path("/tmp") / tmp_path_factory.mktemp("disk").name
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", folder], check=False).returncode:
        pytest.skip("this account may not mount")
    try:
        place = Installation(folder)
        catalog = write_catalog(folder / "tracks.csv", tracks(1, TRACKS))
        assert place.run("migrate").code == 0
        filler = folder / "filler"
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=1M"], check=False, capture_output=True)
        full = place.run("run", "--json", "--catalog", catalog)
        assert full.code == 3, full
        assert "Traceback" not in full.err
        assert "No space left on device" in full.err
        assert place.await_none() == []
        filler.unlink()
        after = place.run("run", "--json", "--catalog", catalog)
        assert after.code == 0, after
        assert place.rows("select count(*) from historical_view_counts") == [(2 * TRACKS,)]
        assert place.await_none() == []
    finally:
        subprocess.run(["umount", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)
