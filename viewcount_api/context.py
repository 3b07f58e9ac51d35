"""What every resolver of one request is given."""

from dataclasses import dataclass

from viewcount_api.reading.loaders import TrackLoader
from viewcount_api.reading.store import Store
from viewcount_core.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Settings and store of the app, and the loader of this request."""

    settings: Settings
    store: Store
    loader: TrackLoader

    @classmethod
    def of(cls, settings: Settings, store: Store) -> "Context":
        """A new one, for a new request."""
        return cls(settings, store, TrackLoader(store))
