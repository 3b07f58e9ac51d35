"""The keys that mutations need: a name for the log and a secret that nobody sees."""

import re
from dataclasses import dataclass

from pydantic import SecretStr

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
SECRET = re.compile(r"[!-+\--~]{16,}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One of `API_KEYS`."""

    name: str
    secret: SecretStr


def parse_api_keys(text: str) -> tuple[ApiKey, ...]:
    """`name:secret` pairs parted by commas; raise `ValueError`, which shows no secret."""
    keys = tuple(_parse(number, part.strip()) for number, part in enumerate(text.split(","), 1) if part.strip())
    names = [key.name for key in keys]
    if len(set(names)) < len(names):
        raise ValueError("two keys have the same name")
    return keys


def _parse(number: int, part: str) -> ApiKey:
    name, colon, secret = part.partition(":")
    if not colon or not NAME.fullmatch(name):
        raise ValueError(f"entry {number} needs a name of lower-case letters, digits, - and _, a colon and a secret")
    if not SECRET.fullmatch(secret):
        raise ValueError(f"the secret of {name} needs 16 or more characters of ASCII, without spaces and commas")
    return ApiKey(name, SecretStr(secret))
