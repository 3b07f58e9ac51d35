"""The embedded Valkey: a cache only, so nothing of it is kept on disk."""

import signal
import socket

from viewcount_local.binaries import valkey_program
from viewcount_local.processes import LOOPBACK, EmbeddedServer, Site

ANSWER_SECONDS = 5.0
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
appendonly no
save ""
maxmemory 256mb
maxmemory-policy allkeys-lru
"""


class Valkey(EmbeddedServer):
    """One Valkey server."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._program = valkey_program(site.account)

    @property
    def url(self) -> str:
        """Server URL without a database number."""
        return f"redis://:{self.site.password}@{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        """The program, told to read its settings from standard input."""
        return [str(self._program), "-"]

    def configuration(self) -> str:
        """All that differs from Valkey's defaults."""
        return CONFIGURATION.format(host=LOOPBACK, port=self.port, password=self.site.password)

    def answers(self) -> bool:
        """Whether a PING after AUTH is answered; two lines of the protocol need no client library."""
        try:
            with socket.create_connection((LOOPBACK, self.port), ANSWER_SECONDS) as connection:
                connection.sendall(f"AUTH {self.site.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answer:
                    return (answer.readline(), answer.readline()) == (b"+OK\r\n", b"+PONG\r\n")
        except OSError:
            return False
