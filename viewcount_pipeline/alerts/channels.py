"""The channels of ALERT_URLS, through Apprise; what a URL hides is in no error and no log."""

import logging
import re
from dataclasses import dataclass

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, OverflowMode
from apprise.plugins import NotifyBase

from viewcount_core.alert_urls import AlertUrl
from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import Settings
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.sentences import shorten

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
MOST_REASON_LETTERS = 160

_TYPES = {Severity.INFO: NotifyType.INFO, Severity.WARNING: NotifyType.WARNING, Severity.ERROR: NotifyType.FAILURE}
_WORDS = re.compile(r"[^\s/:@?&=#,;+]+")
# What stands in half of all URLs hides nothing.
_OPEN_WORDS = {"http", "https", "json", "xml", "form", "post", "method", "localhost", "true", "false", "yes", "no"}

# They name hosts and, when asked for more, whole URLs; what Apprise says of a failed delivery is taken from its result.
logging.getLogger("apprise").propagate = False
for _name in ("apprise", "urllib3", "oauthlib", "requests_oauthlib"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell somebody."""

    named: AlertUrl
    plugin: NotifyBase

    def send(self, title: str, body: str, severity: Severity, *, is_good_news: bool) -> str | None:
        """Deliver one message; return why it did not arrive, or None when it did.

        A time-out leaves open whether it arrived.
        """
        sender = Apprise(asset=self.plugin.asset)
        sender.add(self.plugin)
        kind = NotifyType.SUCCESS if is_good_news else _TYPES[severity]
        result = sender.notify(body, title=title, notify_type=kind, body_format=NotifyFormat.TEXT)
        if result:
            return None
        said = [entry.message for entry in result.logs()]
        return hide_secrets(self.named, said[-1] if said else f"refused ({result.status.name.lower()})")


def open_channels(settings: Settings) -> list[Channel]:
    """All channels; raise `ConfigurationError` for a URL that Apprise cannot use."""
    return [Channel(named, _open(number, named)) for number, named in enumerate(settings.alert_urls, start=1)]


def unusable_channels(settings: Settings) -> dict[str, str]:
    """Why channels cannot be used, by name; empty when all can."""
    reasons = {}
    for number, named in enumerate(settings.alert_urls, start=1):
        try:
            _open(number, named)
        except ConfigurationError as error:
            reasons[named.name] = str(error)
    return reasons


def hide_secrets(named: AlertUrl, text: str) -> str:
    """The text on one line, without any word of the channel's URL behind its scheme."""
    _, _, rest = named.url.get_secret_value().partition("://")
    words = {word for word in _WORDS.findall(rest) if word.lower() not in _OPEN_WORDS}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "***")
    return shorten(text, MOST_REASON_LETTERS)


def _open(number: int, named: AlertUrl) -> NotifyBase:
    url = named.url.get_secret_value()
    plugin = Apprise.instantiate(url, asset=_asset())
    if plugin is None:
        raise ConfigurationError(
            f"ALERT_URLS: entry {number} ({named.name}) is not a URL that Apprise can use; "
            "a valid value is ALERT_URLS=slack://token/token/token/#channel, its documentation tells those of others"
        )
    if "rto=" not in url:
        plugin.socket_read_timeout = READ_SECONDS
    if "cto=" not in url:
        plugin.socket_connect_timeout = CONNECT_SECONDS
    if "overflow=" not in url:
        plugin.overflow_mode = OverflowMode.TRUNCATE
    return plugin


def _asset() -> AppriseAsset:
    """Ours: no pictures from elsewhere, no limit of its own that would leave threads behind."""
    return AppriseAsset(
        app_id="viewcount",
        app_desc="viewcount",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        secure_logging=True,
        service_timeout=0,
    )
