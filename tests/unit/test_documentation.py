"""The documents say what is there, all of it, and nothing that is not."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scripts.document_settings import PAGE, with_tables
from viewcount_core.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VARIABLES = {str(field.validation_alias): field for field in Settings.model_fields.values()}
PREFIXES = sorted({name.split("_")[0] for name in VARIABLES})
OTHERS_VARIABLES = {"DAGSTER_HOME"}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def cli() -> click.Group:
    """The command, as click knows it."""
    module = pytest.importorskip("viewcount_cli.main", reason="the command line is not there")
    return next(value for value in vars(module).values() if isinstance(value, click.Group))


def commands(group: click.Group, path: str = "viewcount") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it; groups themselves do nothing."""
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {word}")
        elif command is not None and not command.hidden:
            yield f"{path} {word}", command


def options(command: click.Command) -> set[str]:
    """The long names of its options."""
    return {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in [*parameter.opts, *parameter.secondary_opts]
        if option.startswith("--")
    }


def sections(page: Path) -> dict[str, str]:
    """The text below each second-level heading."""
    _, *parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(part.split("\n", 1) for part in parts)


def samples(language: str) -> Iterator[tuple[Path, str]]:
    """Every line of the code samples in that language."""
    for page in PAGES:
        for block in re.findall(
            rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        ):
            for line in filter(None, block.splitlines()):
                yield page, line


def anchors(page: Path) -> set[str]:
    """What a heading is called in a link."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_settings_page_is_the_one_that_make_docs_writes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run: make docs"


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_documented_with_an_example_that_works(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = re.search(rf"^\| `{variable}` \|.*\| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert row is not None
    assert row[1].strip()
    monkeypatch.setenv(variable, str((VARIABLES[variable].examples or [""])[0]))
    assert load_settings() is not None


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_document_names_only_settings_that_exist(page: Path) -> None:
    words = set(re.findall(rf"\b(?:{'|'.join(PREFIXES)})_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    assert words - set(VARIABLES) - OTHERS_VARIABLES == set()


def test_every_command_and_option_is_documented(cli: click.Group) -> None:
    documented = sections(ROOT / "docs" / "cli.md")
    assert {option for option in options(cli) if option not in (ROOT / "docs" / "cli.md").read_text("utf-8")} == set()
    for path, command in commands(cli):
        section = documented.get(f"`{path}`")
        assert section is not None, f"docs/cli.md lacks a section `{path}`"
        missing = {option for option in options(command) if f"`{option}" not in section}
        assert not missing, f"docs/cli.md, `{path}`, lacks {missing}"


def test_only_commands_and_options_that_exist_are_documented(cli: click.Group) -> None:
    existing = dict(commands(cli))
    for heading, section in sections(ROOT / "docs" / "cli.md").items():
        command = existing.get(heading.strip("`"))
        assert command is not None, f"{heading} is documented and does not exist"
        invented = set(re.findall(r"`(--[a-z-]+)", section)) - options(command) - {"--help"}
        assert not invented, f"docs/cli.md, {heading}, invents {invented}"


def test_samples_call_only_commands_and_options_that_exist(cli: click.Group) -> None:
    existing = dict(commands(cli))
    for page, line in samples("sh"):
        words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
        if words[0] == "viewcount":
            path = next((path for path in existing if " ".join(words).startswith(path)), None)
            assert path is not None, f"{name(page)}: {line}"
            used = {word.split("=")[0] for word in words if word.startswith("--")}
            assert used <= options(existing[path]), f"{name(page)}: {line}"


def test_make_targets_in_documents_exist_and_help_lists_all_of_them() -> None:
    targets = set(re.findall(r"^([a-z]\w*):", MAKEFILE, re.MULTILINE)) - {"help", "set_up"}
    helped = set(re.findall(r'"make (\w+) ', MAKEFILE))
    used = {word for page in PAGES for word in re.findall(r"`make (\w+)", page.read_text(encoding="utf-8"))}
    used |= {word for _, line in samples("sh") for word in re.findall(r"\bmake (\w+)", line)}
    assert helped == targets
    assert used <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link} names no heading"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name in ("docs", "decisions")], ids=name)
def test_every_document_can_be_reached_from_the_index(page: Path) -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", index.read_text("utf-8"))}
    assert page == index or page in linked


def test_every_decision_that_is_named_exists():
    sources = [
        *ROOT.glob("sql/**/*.sql"),
        *(path for top in ("viewcount_*", "tests") for path in ROOT.glob(f"{top}/**/*.py")),
    ]
    named = {
        (name(source), found)
        for source in [*sources, *PAGES]
        for found in re.findall(r"decisions/(\d{4}-[a-z0-9-]+)", source.read_text(encoding="utf-8"))
    }
    assert named
    assert [each for each in sorted(named) if not (ROOT / "docs/decisions" / f"{each[1]}.md").exists()] == []
