"""What every resolver of one request is given."""

from dataclasses import dataclass
from functools import partial

from viewcount_api.reading.batch import Batch
from viewcount_api.reading.histories import Histories, Span, read_histories
from viewcount_api.reading.latest_anomalies import LatestAnomalies, Wanted, read_latest_anomalies
from viewcount_api.reading.loaders import TrackLoader
from viewcount_api.reading.store import Store
from viewcount_core.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Settings and store of the app, and what collects the wishes of this request."""

    settings: Settings
    store: Store
    loader: TrackLoader
    histories: Batch[Span, Histories]
    latest_anomalies: Batch[Wanted, LatestAnomalies]

    @classmethod
    def of(cls, settings: Settings, store: Store) -> "Context":
        """A new one, for a new request."""
        return cls(
            settings,
            store,
            TrackLoader(store),
            Batch(partial(read_histories, store)),
            Batch(partial(read_latest_anomalies, store)),
        )
