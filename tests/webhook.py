"""A webhook that alerts go to: it accepts, refuses or hangs, as a test tells it."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALERT_ID = re.compile(r"^Alert ([0-9a-f-]{36})", re.MULTILINE)


@dataclass(frozen=True)
class Received:
    """One message, whether it was accepted or not."""

    title: str
    message: str
    type: str

    @property
    def alert_id(self) -> str:
        """The stable id it carries."""
        return ALERT_ID.findall(self.message)[0]


@dataclass
class Webhook:
    """`tried` are all messages that came, `accepted` those that were answered with success."""

    port: int = 0
    code: int = 200
    tried: list[Received] = field(default_factory=list)
    accepted: list[Received] = field(default_factory=list)
    _free: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._free.set()

    def url(self, path: str = "", user: str = "") -> str:
        """As ALERT_URLS takes it."""
        return f"json://{user}127.0.0.1:{self.port}/{path}"

    def hang(self) -> None:
        """Accept connections and answer nobody."""
        self._free.clear()

    def come_back(self) -> None:
        """Answer again, those who still wait too."""
        self._free.set()

    def receive(self, received: Received) -> int:
        """The status to answer with, when it is time."""
        self.tried.append(received)
        self._free.wait()
        if self.code < 300:
            self.accepted.append(received)
        return self.code

    @property
    def titles(self) -> list[str]:
        """Of what was accepted, without where it comes from."""
        return [received.title.partition("(demo) ")[2] for received in self.accepted]


@contextmanager
def serving_webhook(port: int = 0) -> Iterator[Webhook]:
    """A webhook on loopback while the block runs."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code = hook.receive(Received(told["title"], told["message"], told["type"]))
            try:
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except ConnectionError:
                pass  # whoever asked did not wait

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    hook.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.come_back()
        server.shutdown()
        server.server_close()
        thread.join()
