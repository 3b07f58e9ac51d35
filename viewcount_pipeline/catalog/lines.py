"""The lines of a text file, numbered, with a way back; knows neither commas nor JSON."""

import io
import re
from collections import deque
from collections.abc import Iterator

from viewcount_core.errors import InputError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Old Macintosh files end their lines with a bare carriage return.
_BARE_RETURN = re.compile(r"(?<=\r)(?!\n)")


class NumberedLines:
    """Iterates over the lines of `content`; `number` is that of the line given last, from 1.

    Raise `InputError` naming the line where `content` is not UTF-8.
    """

    def __init__(self, source: str, content: bytes) -> None:
        self.number = 0
        self.taken: list[str] = []
        self._source = source
        self._ahead: deque[str] = deque()
        self._coming = self._decode(content.removeprefix(_BYTE_ORDER_MARK))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else next(self._coming)
        self.number += 1
        self.taken.append(line)
        return line

    def mark(self) -> int:
        """Begin a row at the next line and return that line's number."""
        self.taken.clear()
        return self.number + 1

    def keep_first(self) -> str:
        """Give back all lines taken since the mark but the first, which is returned."""
        self._ahead.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        return self.taken[0]

    def _decode(self, content: bytes) -> Iterator[str]:
        read = 0
        for raw in io.BytesIO(content):
            try:
                lines = _BARE_RETURN.split(raw.decode()) if b"\r" in raw else [raw.decode()]
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{self._source}: line {read + 1} is not UTF-8 (byte 0x{raw[error.start]:02x}); "
                    "save the file as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8"
                ) from error
            for line in lines:
                if line:
                    read += 1
                    yield line
