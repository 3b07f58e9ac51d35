"""`/metrics`: what all workers counted, in the form that Prometheus reads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import Response

from viewcount_api.metrics import note_age
from viewcount_core.settings import metrics_folder, set_metrics_folder


def metrics(_: Request) -> Response:
    """All of them; runs in a thread, as it reads a file of every worker."""
    note_age()
    folder = metrics_folder()
    return Response(generate_latest(_shared(folder) if folder else REGISTRY), media_type=CONTENT_TYPE_LATEST)


@contextmanager
def counting_together() -> Iterator[None]:
    """Let workers that are started inside this block count in files of a folder that goes with its end."""
    with TemporaryDirectory(prefix="viewcount-metrics-") as folder:
        set_metrics_folder(Path(folder))
        try:
            yield
        finally:
            set_metrics_folder(None)


def _shared(folder: Path) -> CollectorRegistry:
    for pid in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*.db")}:
        if not _is_alive(pid):
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    return registry


def _is_alive(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
