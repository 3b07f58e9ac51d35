"""The API keys: who a request says to be, proved by a secret."""

import hmac
from collections.abc import Mapping, Sequence

from viewcount_core.api_keys import ApiKey

BEARER = b"bearer "
Headers = Mapping[bytes, bytes]


class Keys:
    """Those of `API_KEYS`; without any, nobody has to have one."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._keys = [(key.name, key.secret.get_secret_value().encode()) for key in keys]

    @property
    def are_needed(self) -> bool:
        """Whether mutations are for the holders of a key only."""
        return bool(self._keys)

    def name_of(self, headers: Headers) -> str | None:
        """The name of the key in `Authorization: Bearer` or `X-API-Key`; None for none, or one that is not ours.

        All are compared, each in a time that does not depend on how much of it is right.
        """
        sent = _sent(headers)
        if not sent:
            return None
        names = [name for name, secret in self._keys if hmac.compare_digest(secret, sent)]
        return names[0] if names else None


def _sent(headers: Headers) -> bytes:
    authorization = headers.get(b"authorization", b"")
    if authorization[: len(BEARER)].lower() == BEARER:
        return authorization[len(BEARER) :].strip()
    return headers.get(b"x-api-key", b"")
