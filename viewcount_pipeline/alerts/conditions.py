"""Trouble that no run tells of: nobody asked, numbers are old, the quota does not suffice, a channel is dead."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from viewcount_core.cron import times_on
from viewcount_core.database import Transaction
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.alerts.outbox import dead_channels
from viewcount_pipeline.alerts.sentences import (
    channel_dead,
    data_stale,
    never_published,
    quota_too_small,
    schedule_missed,
)
from viewcount_pipeline.alerts.troubles import Trouble
from viewcount_pipeline.quota import QUOTA_ZONE
from viewcount_pipeline.sources.youtube_api import MOST_IDS

# A cron line may leave days out; who asks less often than this is not waited for.
LOOK_BACK_DAYS = 8

# Whether a run of this service's job for this day has begun since an instant.
WasTried = Callable[[Service, date, datetime], bool]
# When the first run of this service's job began.
FirstTry = Callable[[Service], datetime | None]


def find_conditions(
    tx: Transaction, settings: Settings, now: datetime, first_try: FirstTry, was_tried: WasTried | None
) -> list[Trouble]:
    """All that is wrong now; nothing about missed schedules when nobody can tell what was tried."""
    enabled = [service for service in Service if settings.is_enabled(service)]
    found = [trouble for service in enabled for trouble in _stale(tx, settings, service, now, first_try)]
    if was_tried:
        found += [trouble for service in enabled for trouble in _missed(tx, settings, service, now, was_tried)]
    if Service.YOUTUBE in enabled:
        found += _quota(tx, settings, now)
    return found + list(_dead(tx, settings))


def _missed(
    tx: Transaction, settings: Settings, service: Service, now: datetime, was_tried: WasTried
) -> Iterator[Trouble]:
    tries = _latest_tries(settings, service, now - timedelta(minutes=settings.alert_missed_minutes))
    if not tries:
        return
    day, first = tries[0].date(), tries[0]
    tracks = tx.row("pipeline/tracks_to_ask", service_id=service.value, at=first)["tracks"]
    # A reading from after the service has settled does for the day: then the tries have nothing to ask.
    settled = datetime.combine(day, settings.settled_at(service), UTC)
    if tracks and not was_tried(service, day, min(first, settled)):
        yield schedule_missed(service, day, first, tracks)


def _latest_tries(settings: Settings, service: Service, before: datetime) -> list[datetime]:
    """The tries of the latest day on which all of them are over."""
    for number in range(LOOK_BACK_DAYS):
        tries = times_on(settings.crons(service), before.date() - timedelta(days=number))
        if tries and tries[-1] <= before:
            return tries
    return []


def _stale(
    tx: Transaction, settings: Settings, service: Service, now: datetime, first_try: FirstTry
) -> Iterator[Trouble]:
    oldest = now - timedelta(hours=settings.alert_stale_hours)
    published = tx.row("pipeline/newest_counts", service_id=service.value)
    if published["newest"]:
        if published["newest"] < oldest:
            yield data_stale(service, published["newest"], settings.alert_stale_hours, published["tracks"])
        return
    tracks = tx.row("pipeline/tracks_to_ask", service_id=service.value, at=now)["tracks"]
    if not tracks:
        return
    asked = min(filter(None, (published["first_asked"], first_try(service))), default=None)
    if asked and asked < oldest:
        yield never_published(service, asked, settings.alert_stale_hours, tracks)


def _quota(tx: Transaction, settings: Settings, now: datetime) -> Iterator[Trouble]:
    service = Service.YOUTUBE
    coming = [
        at
        for days in (0, 1)
        for at in times_on(settings.crons(service), (now + timedelta(days=days)).date())
        if at > now
    ]
    quota_day = now.astimezone(QUOTA_ZONE).date()
    if not coming or coming[0].astimezone(QUOTA_ZONE).date() != quota_day:
        return  # it resets before anybody asks again
    day = coming[0].date()
    settled = datetime.combine(day, settings.settled_at(service), UTC)
    facts = tx.row("pipeline/quota_outlook", service_id=service.value, quota_day=quota_day, day=day, settled_at=settled)
    left, needed = settings.youtube_daily_quota - facts["spent"], -(-facts["lacking"] // MOST_IDS)
    if left < needed:
        left = max(left, 0)
        yield quota_too_small(service, left, needed, facts["lacking"] - left * MOST_IDS, now)


def _dead(tx: Transaction, settings: Settings) -> Iterator[Trouble]:
    names = [channel.name for channel in settings.alert_urls]
    for row in dead_channels(tx, names, settings.alert_dead_channel_minutes):
        yield channel_dead(row["channel"], row["since"], row["messages"], row["last_error"])
