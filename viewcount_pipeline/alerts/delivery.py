"""Delivers what is due, every channel on a thread of its own: one that hangs holds up nobody."""

import logging
import threading
import time

from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.errors import ServerUnavailable
from viewcount_core.settings import Settings
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.channels import Channel, open_channels
from viewcount_pipeline.alerts.outbox import Attempt, address, claim, due_channels, know_channels, record
from viewcount_pipeline.alerts.wording import signed

logger = logging.getLogger(__name__)

ROUND_SECONDS = 20.0

# Couriers that were not waited for any longer, by channel: no second one goes where one may still arrive.
_away: dict[str, "Courier"] = {}


class Courier(threading.Thread):
    """Carries what is due on one channel, in order, until something does not arrive or the time is over.

    An attempt is counted before it is made and its outcome noted after it; killed in between, it is made again.
    """

    def __init__(self, database: Database, channel: Channel, deadline: float) -> None:
        super().__init__(name=f"courier-{channel.named.name}", daemon=True)
        # It may outlive the caller's connections.
        self._database = Database(database.url, pool_size=1)
        self._channel = channel
        self._deadline = deadline
        self.under_way: Attempt | None = None
        self.delivered = 0

    def run(self) -> None:
        """Deliver; the loss of the database ends it, and the next round goes on."""
        try:
            while time.monotonic() < self._deadline and self._deliver_next():
                self.delivered += 1
        except ServerUnavailable as error:
            logger.warning("alert_outcome_lost channel=%s reason=%s", self._channel.named.name, error)
        finally:
            self._database.close()

    def _deliver_next(self) -> bool:
        name = self._channel.named.name
        with self._database.transaction() as tx:
            attempt = claim(tx, name, clock.utc_now())
        if attempt is None:
            return False
        self.under_way = attempt
        error = self._send(attempt)
        with self._database.transaction() as tx:
            record(tx, name, attempt.message_id, None if error else clock.utc_now(), error)
        self.under_way = None
        if error:
            logger.warning(
                "alert_not_delivered channel=%s alert=%s attempts=%d reason=%s",
                name,
                attempt.message_id,
                attempt.attempts,
                error,
            )
        return error is None

    def _send(self, attempt: Attempt) -> str | None:
        body = signed(attempt.body, attempt.message_id, attempt.attempts)
        severity = Severity(attempt.severity)
        is_good_news = attempt.kind == "closed" or (attempt.kind == "digest" and severity is Severity.INFO)
        return self._channel.send(attempt.title, body, severity, is_good_news=is_good_news)


def deliver(database: Database, settings: Settings, seconds: float = ROUND_SECONDS) -> int:
    """Try to deliver all that is due, for at most that long; return how many deliveries were made.

    Raise `ConfigurationError` for a channel that cannot be used, `ServerUnavailable` for the database.
    """
    channels = open_channels(settings)
    deadline = time.monotonic() + seconds
    couriers = {channel.named.name: Courier(database, channel, deadline) for channel in _due(database, channels)}
    for courier in couriers.values():
        courier.start()
    for name, courier in couriers.items():
        courier.join(max(0.0, deadline - time.monotonic()))
        if courier.is_alive():
            _leave(database, name, courier, seconds)
    return sum(courier.delivered for courier in couriers.values())


def _due(database: Database, channels: list[Channel]) -> list[Channel]:
    """Channels on which something is due, those left out on which an earlier courier is still away."""
    now = clock.utc_now()
    with database.transaction() as tx:
        named = [channel.named for channel in channels]
        know_channels(tx, named, now)
        address(tx, named, now)
        due = due_channels(tx, [channel.named.name for channel in channels], now)
    for name in [name for name, courier in _away.items() if not courier.is_alive()]:
        del _away[name]
    return [channel for channel in channels if channel.named.name in due - _away.keys()]


def _leave(database: Database, name: str, courier: Courier, seconds: float) -> None:
    """Wait no longer for a courier; should its message arrive after all, it still notes that."""
    _away[name] = courier
    if attempt := courier.under_way:
        with database.transaction() as tx:
            record(tx, name, attempt.message_id, None, f"no answer within {seconds:g} s; it may have arrived")
