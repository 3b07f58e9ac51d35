"""Makes Ctrl-C and SIGTERM end a job that Dagster carries out in this process.

Dagster puts its own handlers in place of ours, and starts an interrupted step again where it has a retry policy. The
number of every signal also goes through a pipe, whoever handles it; there a thread of ours reads it.
"""

import os
import signal
import threading
from types import TracebackType
from typing import Self

from viewcount_cli.exits import Exit, say_why

GRACE_SECONDS = 5.0
CODES = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


class Interruption:
    """While the block runs, a signal ends the process: in order within the grace, or else at once.

    What was stored so far is kept either way, since every batch is a transaction of its own.
    """

    def __init__(self) -> None:
        self._code: Exit | None = None

    def __enter__(self) -> Self:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._previous = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._previous)
        os.close(self._writing)
        self._watcher.join()
        os.close(self._reading)
        if self._code:
            raise SystemExit(self._code.value)

    def _watch(self) -> None:
        while received := os.read(self._reading, 1):
            code = CODES.get(signal.Signals(received[0]))
            if code is None:
                continue
            if self._code:
                os._exit(code)
            self._code = code
            say_why("interrupted; what was stored is kept, and the next run asks for the rest")
            last = threading.Timer(GRACE_SECONDS, os._exit, (code.value,))
            last.daemon = True
            last.start()
