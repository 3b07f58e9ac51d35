"""Whose the cache is: keys name tracks and not databases, so numbers of two databases must never meet in one cache."""

from enum import Enum

import redis

from viewcount_core.cache_keys import LEASE_KEY, OWNER_KEY
from viewcount_core.database import Database

LEASE_SECONDS = 30

# KEYS: owner, lease. ARGV: who asks, seconds.
CLAIM = """
local owner = redis.call('get', KEYS[1])
if owner and owner ~= ARGV[1] and redis.call('exists', KEYS[2]) == 1 then return 'foreign' end
redis.call('set', KEYS[1], ARGV[1])
redis.call('set', KEYS[2], ARGV[1], 'ex', ARGV[2])
return owner == ARGV[1] and 'ours' or 'taken'
"""


class Claim(Enum):
    """What came of asking for the cache."""

    OURS = b"ours"
    TAKEN = b"taken"  # nobody's, or left by its owner: what is in it must go
    FOREIGN = b"foreign"  # somebody works with it on another database


class Ownership:
    """The claim of one database, upheld by asking again within the lease."""

    def __init__(self, client: "redis.Redis") -> None:
        self._claim = client.register_script(CLAIM)

    def claim(self, identity: str) -> Claim | None:
        """None when the cache is away."""
        try:
            return Claim(self._claim([OWNER_KEY, LEASE_KEY], [identity, LEASE_SECONDS]))
        except redis.RedisError:
            return None  # whoever reads the cache says so


def identity_of(database: Database) -> str:
    """Raise `ServerUnavailable`."""
    with database.transaction() as tx:
        return str(tx.row("core/database_identity")["identity"])
