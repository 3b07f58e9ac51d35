"""How a browser is started and what it does not load: headless, quiet, in English, without pictures."""

from selenium.webdriver.chrome.options import Options

_PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico")
_STYLES = ("css", "woff", "woff2", "ttf", "otf")
_MEDIA = ("mp3", "mp4", "m4a", "webm", "ogg")
UNWANTED = [
    "*i.scdn.co/image/*",
    *(f"*.{ending}{query}" for ending in (*_PICTURES, *_STYLES, *_MEDIA) for query in ("", "?*")),
]
"""Addresses that `Network.setBlockedURLs` keeps from being loaded."""

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-gpu",
    "--mute-audio",
    "--no-pings",
    "--metrics-recording-only",
    "--dns-prefetch-disable",
    "--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions",
    "--lang=en-US",
    "--accept-lang=en-US",
    "--window-size=1280,900",
    # A page that hoards memory loses its tab instead of filling the machine.
    "--js-flags=--max-old-space-size=256",
)


def chrome_options(proxy: str | None) -> Options:
    """Options of Chrome for one browser; `proxy` is for everything, loopback included."""
    options = Options()
    options.page_load_strategy = "none"
    for flag in _FLAGS:
        options.add_argument(flag)
    if proxy:
        options.add_argument(f"--proxy-server={proxy}")
        # Chromium would go to loopback addresses past the proxy.
        options.add_argument("--proxy-bypass-list=<-loopback>")
    return options
