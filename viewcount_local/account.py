"""The account the servers run under, and the folder they live in.

PostgreSQL refuses to run as root, so a root's servers run as `nobody`. That account cannot enter a folder below, say,
`/root`; what it needs is then put below `/var/lib/viewcount`. Permissions of existing folders are never changed.
The folder itself stays ours, only the cluster in it is the account's: root never writes where `nobody` can plant links.
"""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from viewcount_core.errors import ServerUnavailable
from viewcount_local.home import Home

REACHABLE_ROOT = Path("/var/lib/viewcount")
CHECK_SECONDS = 30


@dataclass(frozen=True)
class Account:
    """Who a server runs as; `uid` and `gid` are None for ourselves."""

    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> list[int] | None:
        """Further groups: none at all when we change who we are."""
        return None if self.uid is None else []

    def reaches(self, path: Path) -> bool:
        """Whether it may enter that folder or run that program.

        Asked as the account itself: the answer covers parent folders, access lists and mounts.
        """
        if self.uid is None:
            return os.access(path, os.X_OK)
        answer = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
            user=self.uid,
            group=self.gid,
            extra_groups=self.groups,
            cwd="/",
            check=False,
            timeout=CHECK_SECONDS,
        )
        return answer.returncode == 0

    def own(self, path: Path) -> None:
        """Hand a file or folder of ours to that account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account_of(home: Home) -> Account:
    """Ourselves, or for root whoever owns what the servers of this home stored, at first `nobody`."""
    if os.geteuid() != 0:
        return Account()
    if home.cluster.exists():
        owner = home.cluster.stat()
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerUnavailable("PostgreSQL does not run as root, and there is no account 'nobody' to use") from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def servers_folder(home: Home, account: Account) -> Path:
    """The folder, not a link to it, that holds what the servers store; made when missing."""
    if home.servers.is_symlink() and not home.servers.exists():
        raise ServerUnavailable(f"{home.servers}: the folder it links to, {home.servers.readlink()}, is gone")
    if not home.servers.exists():
        _make_folder(home, account)
    folder = home.servers.resolve()
    if not account.reaches(folder):
        raise ServerUnavailable(
            f"{folder}: cannot be entered by the account the servers run under (uid {account.uid}); "
            "open its parent folders to it (chmod o+x), or move VIEWCOUNT_HOME"
        )
    return folder


def _make_folder(home: Home, account: Account) -> None:
    if account.reaches(home.root):
        home.servers.mkdir()
        home.servers.chmod(0o755)
        return
    homes = reachable_folder("homes")
    private = Path(tempfile.mkdtemp(prefix=f"{home.root.parent.name.lstrip('.') or 'home'}-", dir=homes))
    private.chmod(0o755)
    home.servers.symlink_to(private)


def reachable_folder(name: str) -> Path:
    """A folder of root's that every account can enter."""
    for folder in (REACHABLE_ROOT, REACHABLE_ROOT / name):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
    return REACHABLE_ROOT / name
