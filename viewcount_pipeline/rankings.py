"""Ranks tracks by how much they grew, so that the API reads lists in the order they are shown in."""

from datetime import datetime, timedelta

from viewcount_core.database import Transaction
from viewcount_core.published import WINDOW_DAYS

TOTALS = 0
# Far more than anybody pages through, and few enough to be written anew every time.
RANKS = 1000


def rank_tracks(tx: Transaction) -> None:
    """Make every list of movers anew, in the transaction that publishes what they are made of."""
    newest = {row["service_id"]: row["as_of"] for row in tx.rows("pipeline/newest_trends")}
    tx.run("pipeline/delete_track_rankings")
    if not newest:
        return
    tx.run("pipeline/create_newest_day_changes")
    tx.run("pipeline/insert_newest_day_changes", since=min(newest.values()) - timedelta(days=1))
    for service_id, as_of in {**newest, TOTALS: max(newest.values())}.items():
        for days in WINDOW_DAYS:
            _rank(tx, service_id, days, as_of)


def _rank(tx: Transaction, service_id: int, days: int, as_of: datetime) -> None:
    since = as_of - timedelta(days=days)
    tx.run("pipeline/insert_track_rankings", service_id=service_id, days=days, since=since, ranks=RANKS)
