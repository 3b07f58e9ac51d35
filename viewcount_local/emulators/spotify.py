"""The Spotify emulator."""

from collections.abc import Sequence

from starlette.applications import Starlette

from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth


def create_app(
    tracks: Sequence[EmulatedTrack],
    growth: Growth,
    faults: Faults,
    *,
    latency_ms: int = 0,
    script_delay_ms: int = 100,
) -> Starlette:
    """An app that knows no page yet."""
    return Starlette()
