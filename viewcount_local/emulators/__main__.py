"""Run one emulator: `python -m viewcount_local.emulators youtube --tracks FILE`; its first line says where it is.

It ends when its standard input is closed, so with whoever started it; from a terminal, with Ctrl-C.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from starlette.applications import Starlette

from viewcount_core.errors import ConfigurationError, ViewcountError
from viewcount_core.records import Service
from viewcount_local.emulators.catalog import EmulatedTrack, read_tracks
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.process import LOOPBACK, listen, serve_until_orphaned, url_of


def main(arguments: list[str]) -> int:
    """Serve; 2 with one line on stderr when the arguments, the tracks or the port cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        app = _create_app(options, read_tracks(options.tracks))
        listener = listen(options.host, options.port)
    except (ViewcountError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{url_of(listener)}\n")
    sys.stdout.flush()
    serve_until_orphaned(app, listener)
    return 0


def parse_rates(text: str) -> dict[str, float]:
    """`a=0.1,b=0.2` as rates; raise `ConfigurationError` for anything else."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    try:
        return {kind.strip(): float(rate) for kind, _, rate in pairs}
    except ValueError:
        raise ConfigurationError(
            f"EMULATOR_FAULTS: {text!r} is no list of rates; a valid value is EMULATOR_FAULTS=unavailable=0.01"
        ) from None


def _create_app(options: Namespace, tracks: list[EmulatedTrack]) -> Starlette:
    growth, faults = Growth(options.seed), Faults(parse_rates(options.faults), options.seed)
    if options.service == Service.YOUTUBE.key:
        from viewcount_local.emulators import youtube

        return youtube.create_app(
            tracks, growth, faults, latency_ms=options.latency_ms, daily_quota=options.daily_quota
        )
    from viewcount_local.emulators import spotify

    return spotify.create_app(
        tracks, growth, faults, latency_ms=options.latency_ms, script_delay_ms=options.script_delay_ms
    )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m viewcount_local.emulators", description=__doc__)
    parser.add_argument("service", choices=[service.key for service in Service])
    parser.add_argument("--tracks", type=Path, required=True, help="CSV or JSONL catalog file to serve")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0: any free one")
    parser.add_argument("--seed", type=int, default=1, help="decides counts and faults")
    parser.add_argument("--latency-ms", type=int, default=0, help="wait before every answer")
    parser.add_argument("--script-delay-ms", type=int, default=100, help="wait of a page's script (Spotify)")
    parser.add_argument("--daily-quota", type=int, default=None, help="units a day (YouTube); default: no end")
    parser.add_argument("--faults", default="", help="share of answers that misbehave, like timeout=0.01,stale=0.1")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
