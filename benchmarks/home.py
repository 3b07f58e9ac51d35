"""A home of a benchmark's own: embedded servers below the system's temporary folder, gone at the end."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from viewcount_cli.ready import prepare_dagster
from viewcount_core.database import Database
from viewcount_core.migrations import migrate
from viewcount_core.servers import open_database
from viewcount_core.settings import Settings, load_settings

STOP_SECONDS = 120


@contextmanager
def own_home(**settings: object) -> Iterator[Settings]:
    """Settings of an empty demo world; everything else configured outside is forgotten for the rest of the process."""
    for field in Settings.model_fields.values():
        os.environ.pop(str(field.validation_alias), None)
    folder = Path(tempfile.mkdtemp(prefix="viewcount-bench-"))
    # Root's servers run as another account, which has to get in.
    folder.chmod(0o755)
    os.environ |= {"VIEWCOUNT_HOME": str(folder / "home")} | {name: str(value) for name, value in settings.items()}
    loaded = load_settings()
    try:
        yield loaded
    finally:
        _leave(loaded)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_database(settings: Settings) -> Iterator[Database]:
    """The migrated database of that home."""
    os.environ.pop("DAGSTER_HOME", None)
    prepare_dagster(settings)
    database = open_database(settings)
    try:
        migrate(database, settings.world)
        yield database
    finally:
        database.close()


def _leave(settings: Settings) -> None:
    from viewcount_local.home import Home
    from viewcount_local.locks import exclusively
    from viewcount_local.supervisor import release

    release(settings.home)
    place = Home.at(settings.home)
    # The servers write below the folder until they have stopped, which is after they are no longer announced.
    if place.supervisor_lock.exists():
        with exclusively(place.supervisor_lock, time.monotonic() + STOP_SECONDS):
            pass
