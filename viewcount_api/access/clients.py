"""Whom a request comes from: the other end of the connection, or whom a trusted proxy names."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

KEPT = 4096
MAX_HOPS = 16
# What one customer of an internet provider has of IPv6: addresses inside are as many as anyone likes.
IPV6_PREFIX = 64


class Clients:
    """Knows which proxies to believe."""

    def __init__(self, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._trusted = tuple(trusted)
        self._is_trusted = lru_cache(KEPT)(self._is_in_trusted)

    def address(self, peer: str, forwarded: bytes | None) -> str:
        """The client's address; `forwarded` is X-Forwarded-For, believed from its end as far as it is trusted."""
        if not forwarded or not self._trusted or not self._is_trusted(peer):
            return peer
        for hop in reversed(forwarded.decode("latin-1").split(",")[-MAX_HOPS:]):
            address = _normalized(hop.strip())
            if address is None:
                break
            peer = address
            if not self._is_trusted(address):
                break
        return peer

    def _is_in_trusted(self, address: str) -> bool:
        normalized = _normalized(address)
        return normalized is not None and any(ip_address(normalized) in network for network in self._trusted)


@lru_cache(KEPT)
def network_of(address: str) -> str:
    """Whom rates are counted for: an IPv4 address, or the network that an IPv6 address is from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or ip_network((int(parsed), IPV6_PREFIX), strict=False))


def _normalized(address: str) -> str | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
