"""Every command ends with the right code, one line on what was wrong, and no secret in it."""

import json
import signal
import socket
import subprocess
import sys

import pytest

from tests.command_line import PROJECT, CommandLine, run_process, start_process
from tests.ports import free_port
from viewcount_cli.main import COMMANDS
from viewcount_core.settings import Settings

WRONG = {
    "VIEWCOUNT_API_PORT": "80000",
    "VIEWCOUNT_FIRST_DATE": "yesterday",
    "DATABASE_POOL_SIZE": "0",
    "TRACK_CATALOG_FORCE": "perhaps",
    "YOUTUBE_DAILY_QUOTA": "-1",
    "YOUTUBE_EMULATOR_URL": "localhost",
    "SPOTIFY_PAUSE_SECONDS": "long",
    "EMULATOR_FAULTS": "timeout",
}


@pytest.fixture
def command(database, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("YOUTUBE_EMULATOR_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    return CommandLine(capsys)


def test_help_lists_every_command_and_imports_nothing_heavy():
    code = """if True:
        import sys
        from viewcount_cli.main import run_command
        run_command(["--help"])
        sys.exit(", ".join({"dagster", "sqlalchemy", "pydantic", "rich", "pyarrow"} & set(sys.modules)) or 0)
    """
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PROJECT)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert all(f"  {name} " in shown.stdout for name in COMMANDS)


def test_migrating_does_not_import_dagster(command):
    code = """if True:
        import sys
        from viewcount_cli.main import run_command
        sys.exit(run_command(["migrate"]) or ("dagster" in sys.modules))
    """
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PROJECT)
    assert (shown.returncode, shown.stdout) == (0, "nothing to do\n")


def test_a_new_database_is_migrated_by_name_and_is_needed_by_other_commands(empty_database, command, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", empty_database.url.render_as_string(hide_password=False))
    refused = command("export", "history")
    assert refused.code == 2
    assert "0001_create_services is not applied" in refused.err
    assert "run `viewcount migrate`" in refused.err
    migrated = command("migrate")
    assert migrated.code == 0
    assert migrated.out.splitlines()[0] == "applied 0001_create_services"
    assert command("export", "history").code == 0


@pytest.mark.parametrize(("variable", "value"), WRONG.items(), ids=WRONG)
@pytest.mark.parametrize("name", ["migrate", "doctor"])
def test_a_wrong_setting_is_named_with_a_valid_value(name, variable, value, capsys, monkeypatch):
    monkeypatch.setenv(variable, value)
    outcome = CommandLine(capsys)(name)
    assert outcome.code == 2
    (line,) = (outcome.err + outcome.out).splitlines()
    assert f"{variable}: " in line
    assert f"a valid value is {variable}=" in line


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("run", "--catalog", "nowhere.csv"), id="catalog"),
        pytest.param(("run", "extra"), id="argument"),
        pytest.param(("rebuild", "--from", "2026-01-01"), id="option-missing"),
        pytest.param(("rebuild", "--from", "2999-01-01", "--to", "2999-01-02"), id="future"),
        pytest.param(("rebuild", "--from", "2022-12-31", "--to", "2023-01-02"), id="before-the-first-day"),
        pytest.param(("rebuild", "--from", "2026-01-02", "--to", "2026-01-01"), id="order"),
        pytest.param(("import", "tracks", "nowhere.csv"), id="file"),
        pytest.param(("serve", "--workers", "0"), id="range"),
        pytest.param(("imports",), id="command"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line_before_anything_starts(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    outcome = CommandLine(capsys)(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("viewcount: ")
    assert outcome.err.count("\n") == 1
    assert not (tmp_path / "home").exists()


def test_a_lost_server_ends_with_3_and_the_password_stays_hidden():
    environment = {"DATABASE_URL": "postgresql://user:geheim@127.0.0.1:1/counts", "REDIS_URL": "redis://:geheim@x/0"}
    for arguments in (("migrate",), ("export", "history"), ("-v", "doctor"), ("doctor", "--json")):
        outcome = run_process(*arguments, environment=environment)
        assert outcome.code == 3
        assert "PostgreSQL at 127.0.0.1:1/counts" in outcome.out + outcome.err
        assert "geheim" not in outcome.out + outcome.err
        assert "Traceback" not in outcome.err


def test_a_password_in_a_broken_url_stays_hidden():
    outcome = run_process("migrate", environment={"DATABASE_URL": "mysql://user:geheim@127.0.0.1/counts"})
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert outcome.err.startswith("viewcount: DATABASE_URL: ")
    assert "geheim" not in outcome.err


def test_an_error_nobody_foresaw_does_not_end_with_the_code_for_done():
    code = """if True:
        import viewcount_cli.main as main
        main.run_command = lambda arguments: 1 // 0
        main.main()
    """
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PROJECT)
    assert shown.returncode == 3
    assert "ZeroDivisionError" in shown.stderr


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        pytest.param(signal.SIGINT, 130, "viewcount: interrupted\n", id="ctrl-c"),
        pytest.param(signal.SIGTERM, 143, "", id="sigterm"),
    ],
)
def test_a_signal_ends_a_command_with_its_own_code(command, tmp_path, number, code, said):
    pipe = tmp_path / "pipe"
    subprocess.run(["mkfifo", pipe], check=True)
    process = start_process("import", "observations", pipe)
    with pipe.open("w"):  # the command now waits for the first line
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.lstrip()) == (code, said)


def test_tracks_are_added_and_bad_rows_listed_by_line(command, tmp_path):
    path = tmp_path / "tracks.csv"
    path.write_text("isrc,title,youtube_url\nUSUM71604711,A,dQw4w9WgXcQ\nbad,B,\nGBAYE0601498,C,\n")
    outcome = command("import", "tracks", path)
    assert outcome.code == 1
    assert outcome.out.splitlines()[0].startswith("line 3: isrc: 'bad' is not an ISRC")
    assert outcome.out.splitlines()[1] == "2 tracks added, 0 changed, 0 as before, 1 rows bad"
    path.write_text("isrc,title\nUSUM71604711,Another title\n")
    outcome = command("import", "tracks", path)
    assert (outcome.code, outcome.out) == (0, "0 tracks added, 1 changed, 0 as before, 0 rows bad\n")


@pytest.mark.parametrize("name", ["up", "serve"])
def test_a_port_in_use_is_refused_naming_its_variable(name, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("VIEWCOUNT_API_PORT", str(port))
        monkeypatch.setenv("VIEWCOUNT_DAGSTER_PORT", str(free_port()))
        outcome = CommandLine(capsys)(name)
    assert outcome.code == 2
    assert outcome.err.startswith(f"viewcount: VIEWCOUNT_API_PORT: 127.0.0.1:{port} is in use")
    assert not (tmp_path / "home").exists()


def test_two_ports_that_are_one_and_a_host_that_is_not_ours_are_refused(capsys, monkeypatch):
    monkeypatch.setenv("VIEWCOUNT_API_PORT", "3000")
    monkeypatch.setenv("VIEWCOUNT_DAGSTER_PORT", "3000")
    assert "VIEWCOUNT_API_PORT: 3000 is also VIEWCOUNT_DAGSTER_PORT" in CommandLine(capsys)("up").err
    monkeypatch.setenv("VIEWCOUNT_HOST", "192.0.2.1")
    assert CommandLine(capsys)("serve").err.startswith("viewcount: VIEWCOUNT_HOST: 192.0.2.1 is no address")


def test_the_doctor_finds_all_well_and_says_what_is_where(command, redis_url, monkeypatch):
    monkeypatch.setenv("REDIS_URL", redis_url)
    outcome = command("doctor", "--json")
    report = json.loads(outcome.out)
    found = {finding["check"]: finding for finding in report["findings"]}
    assert {"settings", "disk", "database", "schema", "catalog", "dagster", "cache", "browser", "ports"} <= set(found)
    assert found["schema"]["text"] == "that of this release, demo world"
    assert found["cache"]["state"] == "ok"
    assert outcome.code in (0, 1)  # a port of this machine may be in use
    assert report["healthy"] is (outcome.code == 0)


def test_the_doctor_names_what_is_missing_and_what_to_do(empty_database, command, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", empty_database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", "redis://:geheim@127.0.0.1:1/0")
    outcome = command("doctor")
    assert outcome.code == 2
    lines = {line.split()[1]: line for line in outcome.out.splitlines()}
    assert lines["schema"].startswith("fail")
    assert "run `viewcount migrate`" in lines["schema"]
    assert lines["cache"].startswith("warn")
    assert "geheim" not in outcome.out


def test_the_doctor_says_when_the_database_is_of_the_other_world(database, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VIEWCOUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    outcome = CommandLine(capsys)("doctor")
    assert outcome.code == 2
    assert "holds demo counts and this process is set up for live" in outcome.out
    assert "YOUTUBE_API_KEY: not set" in outcome.out


def test_every_wrong_value_of_these_tests_is_of_a_setting():
    assert {str(field.validation_alias) for field in Settings.model_fields.values()} >= WRONG.keys()
