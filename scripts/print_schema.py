"""Print the database schema that sql/migrations makes, then the GraphQL schema."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from viewcount_core.database import Database, parse_url
from viewcount_core.migrations import migrate
from viewcount_local.account import Account
from viewcount_local.binaries import postgres_programs
from viewcount_local.supervisor import lease, release

GRAPHQL = Path(__file__).resolve().parents[1] / "viewcount_api" / "schema.graphql"
NOISE = ("--", "\\", "SET ", "SELECT pg_catalog.set_config")


def database_schema() -> str:
    """What a database looks like that has just been migrated; no configured server is touched."""
    with tempfile.TemporaryDirectory(prefix="viewcount-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the servers' account must get in
        home = Path(folder) / "home"
        url = f"{lease(home).postgres_url}/postgres"
        try:
            database = Database(parse_url(url))
            migrate(database, "demo")
            database.close()
            return _dump(url)
        finally:
            release(home)


def _dump(url: str) -> str:
    program = postgres_programs(Account()) / "pg_dump"
    dump = subprocess.run(
        [program, "--schema-only", "--no-owner", "--no-privileges", url], check=True, capture_output=True, text=True
    )
    statements = (line for line in dump.stdout.splitlines() if not line.startswith(NOISE))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(statements)).lstrip()


if __name__ == "__main__":
    sys.stdout.write(database_schema())
    sys.stdout.write(GRAPHQL.read_text(encoding="utf-8"))
