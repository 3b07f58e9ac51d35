"""What is true of the repository as a whole: its lock file, and what no file may name."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
# Written in two halves, for this file is searched too.
REGISTRY_HOSTS = ["pypi" + ".org", "pypi" + ".python", "python" + "hosted", "npm" + "js.", "deb" + ".debian"]
MACHINE_PATHS = [r"/wo" + r"rk/", r"/ho" + r"me/\w", r"/Us" + r"ers/\w"]


@pytest.fixture(scope="module")
def locked() -> dict[str, str]:
    """Version of each locked package; extras and markers left out."""
    lines = re.findall(r"^([\w.-]+)(?:\[.*?\])?==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in lines}


def declared() -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    yield from map(Requirement, project["project"]["dependencies"])
    yield from map(Requirement, project["dependency-groups"]["dev"])


def tracked_files() -> list[Path]:
    try:
        listing = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout, so nothing tells which files belong to it")
    return [path for path in map(ROOT.joinpath, filter(None, listing.stdout.split("\0"))) if path.is_file()]


@pytest.mark.parametrize("requirement", list(declared()), ids=str)
def test_the_lock_file_holds_every_declared_dependency(requirement: Requirement, locked: dict[str, str]) -> None:
    version = locked.get(canonicalize_name(requirement.name))
    assert version is not None
    assert requirement.specifier.contains(version, prereleases=True)


def test_every_locked_package_has_a_version_and_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^\S.*(?:\n[ ].*)*", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE), re.MULTILINE)
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_lock_file_names_no_address() -> None:
    assert (
        re.findall(r"\w+://\S+|--(?:extra-)?index-url\s|--find-links", (ROOT / "requirements.lock").read_text()) == []
    )


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    forbidden = re.compile("|".join([*map(re.escape, REGISTRY_HOSTS), *MACHINE_PATHS]))
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in forbidden.finditer(text)]
    assert found == []
