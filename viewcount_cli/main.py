"""The `viewcount` command: what commands there are, and how each of them begins and ends."""

import logging
import signal
import sys
import warnings
from collections.abc import Sequence

import click

from viewcount_cli.exits import Exit, code_of, end_unforeseen, explain_system, explain_usage, say_why, silence_stdout
from viewcount_cli.lazy_group import LazyCommand, LazyGroup, ReaderGone
from viewcount_core.errors import ViewcountError

COMMANDS = {
    "run": LazyCommand("viewcount_cli.daily", "run", "Ask for today's counts once, and show what came of it."),
    "up": LazyCommand("viewcount_cli.up", "up", "Run Dagster (UI, daemon, schedules) and the API until Ctrl-C."),
    "serve": LazyCommand("viewcount_cli.serve", "serve", "Run the GraphQL API alone."),
    "migrate": LazyCommand("viewcount_cli.migrate", "migrate", "Bring the database to this release's schema."),
    "doctor": LazyCommand("viewcount_cli.doctor", "doctor", "Check settings, servers, schema and browser."),
    "alerts": LazyCommand("viewcount_cli.alerts", "alerts", "List what is wrong and which messages have not arrived."),
    "import": LazyCommand("viewcount_cli.imports", "imports", "Add tracks or observations from a file."),
    "rebuild": LazyCommand("viewcount_cli.daily", "rebuild", "Derive past days again from the stored log."),
    "verdict": LazyCommand("viewcount_cli.decisions", "verdicts", "Decide a reading that is held."),
    "gate": LazyCommand("viewcount_cli.decisions", "gates", "Decide whether a service's day may be published."),
    "export": LazyCommand("viewcount_cli.exports", "exports", "Give out history, observations or anomalies."),
}
# They print URLs with their queries, where keys travel.
URL_LOGGERS = ("httpx", "httpcore", "urllib3", "googleapiclient", "google_auth_httplib2", "selenium", "asyncio")


@click.command(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Log what happens, not only what goes wrong.")
@click.version_option(package_name="viewcount", message="%(prog)s %(version)s")
def cli(verbose: bool) -> None:
    """Record how often music is played: once a day, for ever, and never wrong.

    Settings are environment variables; `viewcount doctor` checks them.
    """
    _set_up_logging(logging.INFO if verbose else logging.WARNING)


class _OneLine(logging.Formatter):
    """Drivers tell of a lost server in paragraphs."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return " ".join(super().formatMessage(record).split())


def _set_up_logging(level: int) -> None:
    handler = logging.StreamHandler()
    # Dagster lowers the level of our loggers, so that its UI shows more; the terminal need not.
    handler.setLevel(level)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in URL_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It tells of every refused call, which the source turns into a status or an error of ours.
    logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    sys.excepthook = end_unforeseen
    signal.signal(signal.SIGTERM, _terminate)
    if not sys.warnoptions:
        # Warnings are for those who develop this; python -W shows them.
        warnings.simplefilter("ignore")
    sys.exit(run_command(arguments))


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an error of ours becomes one line on stderr."""
    try:
        return int(cli.main(arguments, prog_name="viewcount", standalone_mode=False) or Exit.DONE)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Exit.REFUSED
    except click.ClickException as error:
        say_why(explain_usage(error))
        return Exit.REFUSED
    except ViewcountError as error:
        say_why(str(error))
        return code_of(error)
    except OSError as error:
        say_why(explain_system(error))
        return Exit.FAILED
    except (click.Abort, KeyboardInterrupt):
        say_why("interrupted")
        return Exit.INTERRUPTED
    except ReaderGone:
        silence_stdout()
        return Exit.DONE


def _terminate(number: int, frame: object) -> None:
    # An exception, not the default: what is half done has to be rolled back or removed.
    raise SystemExit(Exit.TERMINATED.value)


if __name__ == "__main__":
    main()
