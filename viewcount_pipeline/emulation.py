"""Starts an emulator of a service with the tracks of our database, where the settings name none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from viewcount_core.database import Database
from viewcount_core.errors import InputError
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.scratch import owned_folder
from viewcount_pipeline.track_store import latest_origin

REAL_COUNTS = ("youtube_views", "spotify_streams")


@contextmanager
def emulated(service: Service, settings: Settings, database: Database) -> Iterator[str]:
    """Base URL of an emulator that serves our active tracks until the block is left.

    Raise `ServerUnavailable` when it does not start, `ConfigurationError` for unknown faults.
    """
    from viewcount_local.emulators.process import running_emulator

    with owned_folder(settings.home / "emulators") as folder:
        tracks = folder / "tracks.jsonl"
        _write_tracks(tracks, database)
        with running_emulator(
            service,
            tracks,
            seed=settings.emulator_seed,
            latency_ms=settings.emulator_latency_ms,
            script_delay_ms=settings.emulator_script_delay_ms,
            faults=settings.emulator_faults,
        ) as url:
            yield url


def _write_tracks(path: Path, database: Database) -> None:
    counts = _real_counts(database)
    with database.transaction() as tx, path.open("wb") as file:
        for track in tx.rows("pipeline/active_tracks"):
            file.write(orjson.dumps({**track, **counts.get(track["isrc"], {})}) + b"\n")


def _real_counts(database: Database) -> dict[str, dict[str, int | None]]:
    """Counts that stand in the catalog's file beside the ids; the tracks table has no place for them."""
    from viewcount_local.emulators.catalog import read_tracks

    origin = latest_origin(database)
    if origin is None or not Path(origin.location).is_file():
        return {}
    try:
        tracks = read_tracks(Path(origin.location))
    except InputError:
        return {}
    return {track.isrc: {name: getattr(track, name) for name in REAL_COUNTS} for track in tracks}
