"""What stands for each service under the settings: the real one, an emulator somebody runs, or one of our own."""

from collections.abc import Iterator
from contextlib import contextmanager

from viewcount_core.database import Database
from viewcount_core.errors import ConfigurationError
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.emulation import emulated
from viewcount_pipeline.observing import Source
from viewcount_pipeline.sources.asking import QuotaLedger

REAL_PAUSE_SECONDS = (3.0, 6.0)
NO_PAUSE = (0.0, 0.0)
REAL_TABS, EMULATOR_TABS = 1, 8


@contextmanager
def open_source(service: Service, settings: Settings, database: Database, ledger: QuotaLedger) -> Iterator[Source]:
    """The service to ask today, on the quota of `ledger`. Raise `ConfigurationError` when its key is missing."""
    with _base_url(service, settings, database) as url:
        yield _youtube(settings, ledger, url) if service is Service.YOUTUBE else _spotify(settings, url)


def check_key(settings: Settings) -> None:
    """Raise `ConfigurationError` when the real YouTube is to be asked and there is no key for it."""
    if settings.world == "live" and settings.is_enabled(Service.YOUTUBE) and not settings.youtube_api_key:
        raise ConfigurationError(
            "YOUTUBE_API_KEY: is missing and YouTube is to be asked; a valid value is YOUTUBE_API_KEY=AIza..., "
            "or YOUTUBE_ENABLED=0 to leave YouTube out"
        )


@contextmanager
def _base_url(service: Service, settings: Settings, database: Database) -> Iterator[str | None]:
    """Address of an emulator; None for the real service."""
    given = settings.youtube_emulator_url if service is Service.YOUTUBE else settings.spotify_emulator_url
    if given or settings.world == "live":
        yield given
        return
    with emulated(service, settings, database) as url:
        yield url


def _youtube(settings: Settings, ledger: QuotaLedger, url: str | None) -> Source:
    from viewcount_pipeline.sources.youtube import YouTubeSource

    check_key(settings)
    key = settings.youtube_api_key.get_secret_value() if settings.youtube_api_key else "emulated"
    return YouTubeSource(
        key,
        ledger,
        base_url=url,
        concurrency=settings.youtube_concurrency,
        batch_stats=settings.youtube_batch_stats,
    )


def _spotify(settings: Settings, url: str | None) -> Source:
    from viewcount_pipeline.sources.spotify import REAL_URL, SpotifySource

    is_real = url is None
    return SpotifySource(
        base_url=url or REAL_URL,
        tabs=settings.spotify_tabs or (REAL_TABS if is_real else EMULATOR_TABS),
        pause_seconds=settings.spotify_pause_seconds or (REAL_PAUSE_SECONDS if is_real else NO_PAUSE),
        page_timeout_seconds=settings.spotify_page_timeout_seconds,
        pages_per_browser=settings.spotify_pages_per_browser,
        proxies=settings.spotify_proxies,
        remote_url=settings.selenium_remote_url.get_secret_value() if settings.selenium_remote_url else None,
        binary=settings.chrome_binary,
        scratch=settings.home / "browsers",
    )
