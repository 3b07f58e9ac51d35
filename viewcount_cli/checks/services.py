"""Which services would be asked and how, and whether the cache answers."""

from collections.abc import Iterator

import redis

from viewcount_cli.findings import Finding, fine, warning
from viewcount_core.cache import ANSWER_SECONDS, parse_redis
from viewcount_core.errors import ConfigurationError
from viewcount_core.records import Service
from viewcount_core.servers import redis_url
from viewcount_core.settings import Settings


def check_sources(settings: Settings) -> Iterator[Finding]:
    """The world, and where each service's counts would come from."""
    home = settings.home.absolute()
    yield fine("settings", f"{settings.world} world, state below {home}")
    if settings.world == "live" and settings.is_enabled(Service.YOUTUBE) and not settings.youtube_api_key:
        raise ConfigurationError(
            "YOUTUBE_API_KEY: not set, so YouTube cannot be asked; set it, or YOUTUBE_ENABLED=0 to leave YouTube out"
        )
    for service in Service:
        yield fine("settings", f"{service.label}: {_source(settings, service)}")


def check_cache(settings: Settings) -> Iterator[Finding]:
    """Whether the cache answers; without it readers are served more slowly, and never wrongly."""
    where = "configured by REDIS_URL" if settings.redis_url else "embedded"
    try:
        with redis.Redis.from_url(parse_redis(redis_url(settings)), socket_timeout=ANSWER_SECONDS) as cache:
            cache.ping()
    except redis.RedisError as error:
        yield warning("cache", f"{where}, does not answer ({type(error).__name__}); reads are slower until it does")
    else:
        yield fine("cache", f"{where}, answers")


def _source(settings: Settings, service: Service) -> str:
    if not settings.is_enabled(service):
        variable = "YOUTUBE_ENABLED=1" if service is Service.YOUTUBE else "SPOTIFY_ENABLED=1"
        return f"disabled ({variable} turns it on)"
    if settings.world == "demo":
        return "emulated"
    return "the Data API, by YOUTUBE_API_KEY" if service is Service.YOUTUBE else "pages of open.spotify.com"
