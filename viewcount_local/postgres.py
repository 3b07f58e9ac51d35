"""The embedded PostgreSQL: TCP on the loopback interface only, and as durable as a real one."""

import shutil
import signal
import subprocess

import psycopg

from viewcount_core.errors import ServerUnavailable
from viewcount_local.binaries import POSTGRES_VERSION, postgres_programs
from viewcount_local.home import write_secret
from viewcount_local.processes import LOOPBACK, EmbeddedServer, Site

SUPERUSER = "viewcount"
INITDB_SECONDS = 300
# fsync and synchronous_commit stay on: an acknowledged row is on disk. No socket file: its path ends at 107 bytes.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


class Postgres(EmbeddedServer):
    """One PostgreSQL cluster, made on first use."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, then writes a checkpoint

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._programs = postgres_programs(site.account)
        self._cluster = site.folder / "postgres"

    @property
    def url(self) -> str:
        """Server URL of the superuser, without a database."""
        return f"postgresql://{SUPERUSER}:{self.site.password}@{LOOPBACK}:{self.port}"

    def prepare(self, lock: int) -> None:
        """Make the cluster when there is none, and forget the pid of a server that was killed."""
        if not self._cluster.exists():
            self._initialize(lock)
        self._check_version()
        # Its pid may meanwhile be another process of the same account, and PostgreSQL would then refuse to start.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """`postgres` with every setting on the command line, so that a new release can change them."""
        settings = [f"--{name}={value}" for name, value in (SETTINGS | {"port": str(self.port)}).items()]
        return [str(self._programs / "postgres"), "-D", str(self._cluster), *settings]

    def answers(self) -> bool:
        """Whether the superuser can connect."""
        try:
            psycopg.connect(f"{self.url}/postgres", connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServerUnavailable(f"{self.site.home.password}: not the password of {self._cluster}") from error
            return False
        return True

    def _initialize(self, lock: int) -> None:
        # Built aside and renamed: a cluster that is there is complete.
        unfinished = self.site.folder / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(0o700)
        self.site.account.own(unfinished)
        password = self.site.folder / "password.new"
        try:
            write_secret(password, self.site.password)
            self.site.account.own(password)
            self._run_initdb(str(unfinished), str(password), lock)
        finally:
            password.unlink(missing_ok=True)
        unfinished.rename(self._cluster)

    def _run_initdb(self, cluster: str, password: str, lock: int) -> None:
        initdb = self.spawn(
            [
                str(self._programs / "initdb"),
                f"--pgdata={cluster}",
                f"--username={SUPERUSER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
            ],
            lock,
        )
        try:
            code = initdb.wait(INITDB_SECONDS)
        except subprocess.TimeoutExpired:
            initdb.kill()
            code = initdb.wait()
        if code != 0:
            shutil.rmtree(cluster, ignore_errors=True)
            raise self.failure("cannot be set up")

    def _check_version(self) -> None:
        version = (self._cluster / "PG_VERSION").read_text().strip()
        if version != str(POSTGRES_VERSION):
            raise ServerUnavailable(
                f"{self._cluster} was made by PostgreSQL {version}, installed is {POSTGRES_VERSION}; "
                "export the history with the older release, or set another VIEWCOUNT_HOME"
            )
