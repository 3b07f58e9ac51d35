"""How the text of a setting becomes a value, and what makes it no value at all."""

import os
import re
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from viewcount_core import clock
from viewcount_core.alert_urls import AlertUrl, parse_alert_urls
from viewcount_core.api_keys import ApiKey, parse_api_keys
from viewcount_core.cron import check_cron

# How every group of settings reads the environment: an empty variable is none, and no message shows a value.
ENVIRONMENT = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)


def _split(separator: str) -> BeforeValidator:
    def split(value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(separator) if part.strip()]
        return value

    return BeforeValidator(split)


def _parse_range(value: Any) -> Any:
    if isinstance(value, str):
        low, _, high = value.partition("-")
        return (low, high or low)
    return value


def _check_range(value: tuple[float, float]) -> tuple[float, float]:
    low, high = value
    if not 0 <= low <= high:
        raise ValueError(f"{low:g}-{high:g} is no range of seconds, the shorter first")
    return value


def _parse_rates(value: Any) -> Any:
    if isinstance(value, str):
        return dict(re.split(r"\s*=\s*", part.strip(), maxsplit=1) for part in value.split(",") if part.strip())
    return value


def _parse_alert_urls(value: Any) -> Any:
    return parse_alert_urls(value) if isinstance(value, str) else value


def _parse_api_keys(value: Any) -> Any:
    return parse_api_keys(value) if isinstance(value, str) else value


def _parse_networks(value: Any) -> Any:
    return (
        tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        if isinstance(value, str)
        else value
    )


def _check_address(*schemes: str, may_have_user: bool = True) -> AfterValidator:
    def check(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError(f"has to be an address that begins with {' or '.join(f'{name}://' for name in schemes)}")
        if not may_have_user and "@" in parts.netloc:
            raise ValueError("takes no user and password")
        return value

    return AfterValidator(check)


def _check_origin(value: str) -> str:
    parts = urlsplit(value)
    if value != "*" and not (parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" == value):
        raise ValueError(f"{value} is no origin: http or https, a host and perhaps a port, with no slash at the end")
    return value


def _check_folder(value: Path) -> Path:
    if value.exists() and not value.is_dir():
        raise ValueError(f"{value} is not a folder")
    return value


def _check_program(value: Path) -> Path:
    if not (value.is_file() and os.access(value, os.X_OK)):
        raise ValueError(f"{value} is no program")
    return value


def _check_begun(value: date) -> date:
    today = clock.utc_now().date()
    if value > today:
        raise ValueError(f"{value} is after today, {today}")
    return value


def setting(variable: str, default: Any, example: str, description: str, **limits: Any) -> Any:
    """A field that is read from one environment variable."""
    return Field(default, validation_alias=variable, examples=[example], description=description, **limits)


Crons = Annotated[list[Annotated[str, AfterValidator(check_cron)]], NoDecode, _split(";")]
# A browser takes no user and password with a proxy.
Proxy = Annotated[str, _check_address("http", "https", "socks5", may_have_user=False)]
Proxies = Annotated[list[Proxy], NoDecode, _split(",")]
SecondsRange = Annotated[tuple[float, float], NoDecode, BeforeValidator(_parse_range), AfterValidator(_check_range)]
Rate = Annotated[float, Field(ge=0, le=1)]
Rates = Annotated[dict[str, Rate], NoDecode, BeforeValidator(_parse_rates)]
Origin = Annotated[str, AfterValidator(_check_origin)]
Origins = Annotated[tuple[Origin, ...], NoDecode, _split(",")]
CacheUrl = Annotated[SecretStr, _check_address("redis", "rediss", "unix")]
WebUrl = Annotated[str, _check_address("http", "https")]
SecretWebUrl = Annotated[SecretStr, _check_address("http", "https")]
Folder = Annotated[Path, AfterValidator(_check_folder)]
Program = Annotated[Path, AfterValidator(_check_program)]
AlertUrls = Annotated[tuple[AlertUrl, ...], NoDecode, BeforeValidator(_parse_alert_urls)]
ApiKeys = Annotated[tuple[ApiKey, ...], NoDecode, BeforeValidator(_parse_api_keys)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_parse_networks)]
PastDate = Annotated[date, AfterValidator(_check_begun)]
