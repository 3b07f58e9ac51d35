"""Every setting, read from the environment here and nowhere else."""

import os
from datetime import date, time
from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, ValidationError, model_validator

from viewcount_core.api_settings import ApiSettings
from viewcount_core.errors import ConfigurationError
from viewcount_core.records import Service
from viewcount_core.setting_types import (
    AlertUrls,
    CacheUrl,
    Crons,
    Folder,
    PastDate,
    Program,
    Proxies,
    Rates,
    SecondsRange,
    SecretWebUrl,
    WebUrl,
)
from viewcount_core.setting_types import setting as _field
from viewcount_core.thresholds import Thresholds

World = Literal["demo", "live"]
SCHEDULE = "30 21 * * *; 30 22 * * *; 15 23 * * *"
CATALOG_SCHEDULE = "0 21 * * *; 15 22 * * *; 0 23 * * *"


class Settings(Thresholds, ApiSettings):
    """All settings with their defaults; an instance never changes.

    Raise `ConfigurationError` through `load_settings`, which also hides secrets from messages.
    """

    home: Folder = _field("VIEWCOUNT_HOME", Path(".viewcount"), ".viewcount", "Folder for all local state.")
    host: str = _field("VIEWCOUNT_HOST", "127.0.0.1", "127.0.0.1", "Address the API and the Dagster UI listen on.")
    api_port: int = _field("VIEWCOUNT_API_PORT", 8000, "8000", "Port of the GraphQL API.", ge=1, le=65535)
    dagster_port: int = _field("VIEWCOUNT_DAGSTER_PORT", 3000, "3000", "Port of the Dagster UI.", ge=1, le=65535)
    first_date: PastDate = _field(
        "VIEWCOUNT_FIRST_DATE", date(2023, 1, 1), "2023-01-01", "First daily partition (UTC)."
    )

    database_url: SecretStr | None = _field(
        "DATABASE_URL", None, "postgresql://user:password@host:5432/viewcount", "PostgreSQL 15+; unset: embedded."
    )
    redis_url: CacheUrl | None = _field(
        "REDIS_URL", None, "redis://host:6379/0", "Redis or Valkey; unset: embedded Valkey."
    )
    dagster_database_url: SecretStr | None = _field(
        "DAGSTER_DATABASE_URL", None, "postgresql://user:password@host:5432/dagster", "Dagster's own storage."
    )
    database_pool_size: int = _field(
        "DATABASE_POOL_SIZE", 5, "5", "Connections kept open a process; the API's may keep twice as many.", ge=1, le=100
    )

    track_catalog_url: SecretStr | None = _field(
        "TRACK_CATALOG_URL", None, "tracks.csv", "CSV or JSONL path or http(s) URL, or a postgresql:// URL."
    )
    track_catalog_query: str | None = _field(
        "TRACK_CATALOG_QUERY", None, "select isrc, youtube_url from tracks", "Query run at a postgresql:// catalog."
    )
    track_catalog_schedule: Crons = _field(
        "TRACK_CATALOG_SCHEDULE", CATALOG_SCHEDULE, CATALOG_SCHEDULE, "Cron lines in UTC, parted by ';'."
    )
    track_catalog_force: bool = _field(
        "TRACK_CATALOG_FORCE", False, "1", "Accept a catalog that deactivates more than a fifth of the tracks."
    )

    youtube_enabled: bool = _field("YOUTUBE_ENABLED", True, "1", "Ask YouTube at all.")
    youtube_api_key: SecretStr | None = _field("YOUTUBE_API_KEY", None, "AIza...", "Key of the YouTube Data API.")
    youtube_emulator_url: WebUrl | None = _field(
        "YOUTUBE_EMULATOR_URL",
        None,
        "http://127.0.0.1:8801",
        "Ask this emulator, not YouTube (demo world).",
    )
    youtube_daily_quota: int = _field("YOUTUBE_DAILY_QUOTA", 10_000, "10000", "Units a Pacific day.", ge=0)
    youtube_concurrency: int = _field("YOUTUBE_CONCURRENCY", 12, "12", "Calls under way at once.", ge=1, le=64)
    youtube_batch_stats: bool = _field("YOUTUBE_BATCH_STATS", False, "1", "Use videos:batchGetStats first.")
    youtube_settled_at: time = _field("YOUTUBE_SETTLED_AT", time(20), "20:00", "UTC time a day's reading counts from.")
    youtube_schedule: Crons = _field("YOUTUBE_SCHEDULE", SCHEDULE, SCHEDULE, "Cron lines in UTC, parted by ';'.")
    youtube_retention_days: int = _field("YOUTUBE_RETENTION_DAYS", 365, "365", "Days observations are kept.", ge=28)

    spotify_enabled: bool | None = _field("SPOTIFY_ENABLED", None, "1", "Ask open.spotify.com (its terms are yours).")
    spotify_emulator_url: WebUrl | None = _field(
        "SPOTIFY_EMULATOR_URL",
        None,
        "http://127.0.0.1:8802",
        "Ask this emulator, not Spotify (demo world).",
    )
    spotify_tabs: int = _field("SPOTIFY_TABS", 0, "4", "Pages open at once; 0: 1, or 8 at an emulator.", ge=0, le=16)
    spotify_pause_seconds: SecondsRange | None = _field(
        "SPOTIFY_PAUSE_SECONDS", None, "3-6", "Random pause between pages; unset: 3-6, or none at an emulator."
    )
    spotify_page_timeout_seconds: float = _field(
        "SPOTIFY_PAGE_TIMEOUT_SECONDS", 20.0, "20", "Longest wait for a page's number.", gt=0, le=120
    )
    spotify_pages_per_browser: int = _field(
        "SPOTIFY_PAGES_PER_BROWSER", 400, "400", "Pages after which the browser is replaced.", ge=1
    )
    spotify_proxies: Proxies = _field("SPOTIFY_PROXIES", "", "http://proxy:3128", "Outbound proxies, used in turn.")
    spotify_settled_at: time = _field("SPOTIFY_SETTLED_AT", time(20), "20:00", "UTC time a day's reading counts from.")
    spotify_schedule: Crons = _field("SPOTIFY_SCHEDULE", SCHEDULE, SCHEDULE, "Cron lines in UTC, parted by ';'.")
    spotify_retention_days: int = _field("SPOTIFY_RETENTION_DAYS", 365, "365", "Days observations are kept.", ge=28)
    selenium_remote_url: SecretWebUrl | None = _field(
        "SELENIUM_REMOTE_URL", None, "http://127.0.0.1:4444", "Selenium Grid to use instead of a local browser."
    )
    chrome_binary: Program | None = _field("CHROME_BINARY", None, "/usr/bin/chromium", "Browser; unset: looked for.")

    emulator_seed: int = _field("EMULATOR_SEED", 1, "1", "Seed of emulated counts and faults.", ge=0)
    emulator_latency_ms: int = _field("EMULATOR_LATENCY_MS", 0, "150", "Latency of emulated answers.", ge=0)
    emulator_script_delay_ms: int = _field(
        "EMULATOR_SCRIPT_DELAY_MS", 100, "100", "Delay until an emulated page shows its number.", ge=0
    )
    emulator_faults: Rates = _field(
        "EMULATOR_FAULTS", "", "unavailable=0.01,timeout=0.005", "Share of answers that misbehave, by kind."
    )

    cache_warm_tracks: int = _field("CACHE_WARM_TRACKS", 200, "200", "Tracks warmed after a publish.", ge=0)

    alert_urls: AlertUrls = _field(
        "ALERT_URLS",
        (),
        "slack://a/b/c/#counts, error=mailto://user:password@example.com",
        "Who is told of trouble: Apprise URLs, each with the least severity it takes (info, warning, error) before it.",
    )
    alert_ui_url: WebUrl | None = _field(
        "ALERT_UI_URL", None, "https://dagster.example.com", "The Dagster UI as readers of alerts reach it."
    )
    alert_runbook_url: str = _field(
        "ALERT_RUNBOOK_URL",
        "docs/runbook.md",
        "https://example.com/viewcount/docs/runbook.md",
        "The runbook as readers of alerts reach it.",
    )
    alert_digest_at: time = _field(
        "ALERT_DIGEST_AT", time(6), "06:00", "UTC time from which the digest of the day before is sent."
    )
    alert_missed_minutes: int = _field(
        "ALERT_MISSED_MINUTES", 30, "30", "Minutes after a day's last try by which a run must be there.", ge=1
    )
    alert_stale_hours: int = _field("ALERT_STALE_HOURS", 30, "30", "Age of the newest count that is too old.", ge=1)
    alert_dead_channel_minutes: int = _field(
        "ALERT_DEAD_CHANNEL_MINUTES", 60, "60", "Minutes of failed deliveries after which a channel is dead.", ge=1
    )

    @model_validator(mode="after")
    def _one_world(self) -> Self:
        emulated, real = self._emulated(), self._real()
        if emulated and real:
            raise ValueError(f"{real[0]} and {emulated[0]} are set together; emulated and real counts never meet")
        return self

    def _emulated(self) -> list[str]:
        urls = {"YOUTUBE_EMULATOR_URL": self.youtube_emulator_url, "SPOTIFY_EMULATOR_URL": self.spotify_emulator_url}
        return [name for name, url in urls.items() if url]

    def _real(self) -> list[str]:
        chosen = {"YOUTUBE_API_KEY": bool(self.youtube_api_key), "SPOTIFY_ENABLED=1": bool(self.spotify_enabled)}
        return [name for name, is_set in chosen.items() if is_set]

    @property
    def world(self) -> World:
        """`demo` when any count is emulated, else `live`."""
        if self._emulated():
            return "demo"
        return "live" if self.database_url or self._real() else "demo"

    def is_enabled(self, service: Service) -> bool:
        """Whether today's counts of this service are to be asked for.

        In the live world Spotify waits for `SPOTIFY_ENABLED=1`; with one emulator's URL given, only
        that service is asked.
        """
        if service is Service.YOUTUBE:
            return self.youtube_enabled and (bool(self.youtube_emulator_url) or not self._emulated())
        wanted = self.world == "demo" if self.spotify_enabled is None else self.spotify_enabled
        return wanted and (bool(self.spotify_emulator_url) or not self._emulated())

    @property
    def ui_url(self) -> str:
        """Where links to the Dagster UI begin, without a slash at the end."""
        return (self.alert_ui_url or f"http://127.0.0.1:{self.dagster_port}").rstrip("/")

    def crons(self, service: Service) -> list[str]:
        """The cron lines of this service's tries."""
        return self.youtube_schedule if service is Service.YOUTUBE else self.spotify_schedule

    def settled_at(self, service: Service) -> time:
        """UTC time of day from which a reading counts as the day's own."""
        return self.youtube_settled_at if service is Service.YOUTUBE else self.spotify_settled_at

    def retention_days(self, service: Service) -> int:
        """Days an observation of this service is kept."""
        return self.youtube_retention_days if service is Service.YOUTUBE else self.spotify_retention_days


def load_settings() -> Settings:
    """Read the environment; raise `ConfigurationError` with one line that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError(_explain(error)) from None


def set_dagster_home(folder: Path) -> None:
    """Tell Dagster, in this process and its children, where its instance is; a DAGSTER_HOME that is set stands.

    A run over many days has an event for each of them: stored by the hundred, they take a tenth of the time.
    """
    if not os.environ.get("DAGSTER_HOME"):
        os.environ["DAGSTER_HOME"] = str(folder)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "100")


def set_metrics_folder(folder: Path | None) -> None:
    """Have the processes started from now on count in files of this folder, so that any of them can tell of all."""
    if folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    else:
        os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)


def metrics_folder() -> Path | None:
    """Where the processes count together; None for one that counts alone."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(folder) if folder else None


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment for a child that works in another folder: paths in it do not depend on the current one."""
    paths: dict[str, Path | str | None] = {"VIEWCOUNT_HOME": settings.home, "CHROME_BINARY": settings.chrome_binary}
    if settings.track_catalog_url:
        paths["TRACK_CATALOG_URL"] = settings.track_catalog_url.get_secret_value()
    absolute = {name: str(Path(path).absolute()) for name, path in paths.items() if path and "://" not in str(path)}
    return {**os.environ, **absolute}


def _explain(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return message
    variable = str(first["loc"][0])
    example = next(
        field.examples[0]
        for field in Settings.model_fields.values()
        if field.validation_alias == variable and field.examples
    )
    return f"{variable}: {message[0].lower()}{message[1:]}; a valid value is {variable}={example}"
