"""The outbox: messages, and how far each has come through each channel."""

import logging
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from viewcount_core.alert_urls import AlertUrl
from viewcount_core.database import Transaction
from viewcount_pipeline.alerts.wording import Text

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message to be delivered now through one channel, for the `attempts`-th time."""

    message_id: str
    title: str
    body: str
    severity: str
    kind: str
    attempts: int


def add_message(
    tx: Transaction,
    kind: str,
    text: Text,
    now: datetime,
    *,
    incident_ids: Collection[int] = (),
    run_id: str | None = None,
    digest_day: date | None = None,
    not_through: str | None = None,
) -> str:
    """Put a message into the outbox; return its id, which every delivery carries."""
    message_id = str(uuid.uuid4())
    tx.run(
        "pipeline/insert_alert_message",
        message_id=message_id,
        kind=kind,
        severity=text.severity.value,
        title=text.title,
        body=text.body,
        run_id=run_id,
        digest_day=digest_day,
        not_through=not_through,
        now=now,
    )
    tx.run("pipeline/insert_alert_message_incidents", message_id=message_id, incident_ids=list(incident_ids))
    return message_id


def know_channels(tx: Transaction, channels: Iterable[AlertUrl], now: datetime) -> None:
    """Note channels before messages are written: each is told of all that is written from then on."""
    for channel in channels:
        tx.run("pipeline/insert_alert_channel", channel=channel.name, now=now)


def address(tx: Transaction, channels: Sequence[AlertUrl], now: datetime) -> None:
    """Decide which messages each channel has to carry; what waits for channels no longer among them goes to these."""
    for channel in channels:
        tx.run("pipeline/insert_alert_deliveries", channel=channel.name, least=channel.least.value, now=now)
    names, leasts = [channel.name for channel in channels], [channel.least.value for channel in channels]
    handed_over = tx.row("pipeline/hand_over_alerts", channels=names, leasts=leasts, now=now)["messages"]
    if handed_over:
        logger.info("alerts_handed_over messages=%d channels=%s", handed_over, ",".join(names))


def claim(tx: Transaction, channel: str, now: datetime) -> Attempt | None:
    """The next message due on a channel, its attempt counted; None when there is none."""
    rows = tx.rows("pipeline/claim_alert_delivery", channel=channel, now=now)
    return Attempt(**rows[0]) if rows else None


def record(tx: Transaction, channel: str, message_id: str, delivered_at: datetime | None, error: str | None) -> None:
    """Note what came of an attempt."""
    tx.run(
        "pipeline/record_alert_delivery",
        channel=channel,
        message_id=message_id,
        delivered_at=delivered_at,
        error=error,
    )


def undelivered(tx: Transaction, channels: Sequence[str]) -> list[dict[str, Any]]:
    """What has not arrived yet, one row a channel and message; `configured` is whether the channel is one of these."""
    return tx.rows("pipeline/undelivered_alerts", channels=list(channels))


def arrivals(tx: Transaction, channels: Sequence[str]) -> dict[str, dict[str, Any]]:
    """How many messages `arrived` through each channel and when the last did; nothing of those that carried none."""
    return {row["channel"]: row for row in tx.rows("pipeline/alert_arrivals", channels=list(channels))}


def dead_channels(tx: Transaction, channels: Sequence[str], minutes: int) -> list[dict[str, Any]]:
    """Channels tried in vain for that long: `channel`, `since`, `messages`, `last_error`."""
    return tx.rows("pipeline/dead_alert_channels", channels=list(channels), minutes=minutes)


def due_channels(tx: Transaction, channels: Sequence[str], now: datetime) -> set[str]:
    """Channels on which something is due."""
    return {row["channel"] for row in tx.rows("pipeline/due_alert_channels", channels=list(channels), now=now)}
