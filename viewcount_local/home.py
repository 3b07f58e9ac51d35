"""Where everything of one home folder is, and how its secrets are written."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The paths below one `VIEWCOUNT_HOME`; nothing is created by naming it."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> "Home":
        """The same folder is the same home, however it was spelled."""
        return cls(folder.expanduser().resolve())

    @property
    def lease_lock(self) -> Path:
        """Shared by every process that needs the servers."""
        return self.root / "lease.lock"

    @property
    def start_lock(self) -> Path:
        """Held for the moment in which a process decides whether to start a supervisor."""
        return self.root / "start.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor for its whole life."""
        return self.root / "supervisor.lock"

    @property
    def announcement(self) -> Path:
        """Written by the supervisor when both servers answer; holds URLs with passwords."""
        return self.root / "servers.json"

    @property
    def password(self) -> Path:
        """The one random password of both servers."""
        return self.root / "password"

    @property
    def servers(self) -> Path:
        """What the servers store: a folder, or a link to one that their account can reach."""
        return self.root / "servers"

    @property
    def cluster(self) -> Path:
        """The files of PostgreSQL, the counts among them."""
        return self.servers / "postgres"

    def log(self, name: str) -> Path:
        """Log of `supervisor`, `postgres` or `valkey`."""
        return self.root / "logs" / f"{name}.log"


def write_secret(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def set_aside(log: Path) -> None:
    """Start a new log and keep the one before it."""
    if log.exists():
        log.replace(log.with_suffix(".old.log"))
