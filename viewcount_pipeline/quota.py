"""The ledger of API units: what a service's day still allows, kept in the database before it is used."""

from datetime import date
from zoneinfo import ZoneInfo

from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.records import Service

# YouTube's quota day starts at midnight Pacific time, daylight saving included.
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
QUOTA_LOCK = 7_306_003


class DatabaseLedger:
    """Hands out the units of one service for one UTC day's run, `units_spent` so far."""

    def __init__(self, database: Database, service: Service, day: date, daily_limit: int) -> None:
        self._database = database
        self._service = service
        self._day = day
        self._daily_limit = daily_limit
        self.units_spent = 0

    def reserve(self, units: int) -> int:
        """Take up to `units` out of the quota day; return how many were left to take."""
        with self._database.transaction() as tx:
            tx.run("core/lock_transaction", key=QUOTA_LOCK)
            granted = tx.row(
                "pipeline/spend_quota",
                service_id=self._service.value,
                quota_day=clock.utc_now().astimezone(QUOTA_ZONE).date(),
                day=self._day,
                units=units,
                daily_limit=self._daily_limit,
            )["units"]
        self.units_spent += granted
        return int(granted)
