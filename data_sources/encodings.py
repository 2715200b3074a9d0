"""In which encoding are these bytes written, and what else must be known before they are read as text?"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 20
_ESCAPED = re.compile("[\udc80-\udcff]")
_UNDEFINED = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read the offending bytes as Windows-1252; its five undefined bytes become control characters, as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(_UNDEFINED.get(byte) or bytes([byte]).decode("cp1252") for byte in bad), error.end


codecs.register_error("as_windows", _as_windows)


@dataclass(frozen=True, slots=True)
class Bytes:
    """A file's bytes, to be opened as often as needed: `name` for people, `size` in bytes as stored, `path` when it is a plain file."""

    name: str
    size: int
    open: Callable[[], BinaryIO]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the bytes found: encoding, byte-order mark, NUL bytes, quotes, length, damaged cells, ending."""

    encoding: str
    mark: bool
    nuls: int
    quotes: bool
    length: int
    odd: int
    ends_with_newline: bool

    @property
    def plain(self) -> bool:
        """Whether the bytes can be handed over as they are."""
        return self.encoding == "utf-8" and not self.nuls


def wide(head: bytes) -> str:
    """Is this UTF-16? Named by its mark, or by every other byte being NUL; '' otherwise."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = head[: len(head) // 2 * 2][:4096]
    if len(sample) >= 8:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > 0.4 * len(sample) / 2 and even == 0:
            return "utf-16-le"
        if even > 0.4 * len(sample) / 2 and odd == 0:
            return "utf-16-be"
    return ""


class _Tally:
    """Counts over the chunks of a file, for `scan`."""

    def __init__(self) -> None:
        self.good = self.bad = self.nuls = self.length = self.odd = 0
        self.quotes = False
        self.last = b""
        self.decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def add(self, chunk: bytes, final: bool = False) -> None:
        self.length += len(chunk)
        self.quotes = self.quotes or b'"' in chunk
        self.nuls += chunk.count(b"\x00") if b"\x00" in chunk else 0
        self.last = chunk[-1:] or self.last
        if chunk.isascii() and not self.decoder.getstate()[0]:
            return
        text = self.decoder.decode(chunk, final)
        bad = len(_ESCAPED.findall(text))
        self.bad += bad
        self.good += max(0, len(chunk) - len(text) - bad)  # bytes that continue a letter
        self.odd += text.count("\ufffd") + sum(chunk.count(bytes([byte])) for byte in _UNDEFINED) * (self.bad > 0)


def scan(source: Bytes, *, stop_at: int = 0) -> Scan:
    """One pass over the bytes: which encoding? UTF-8 with mark, UTF-8, UTF-16, else Windows-1252; a few bad bytes among good UTF-8 stay UTF-8.

    Raises OverflowError when more than `stop_at` bytes come out (0: no limit), which only a compressed file can do unforeseen.
    """
    tally = _Tally()
    with source.open() as stream:
        head = stream.read(CHUNK)
        utf16 = wide(head)
        mark = head.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff"))
        chunk = head
        while chunk:
            tally.add(chunk)
            if stop_at and tally.length > stop_at:
                raise OverflowError(source.name)
            chunk = stream.read(CHUNK)
        tally.add(b"", final=True)
    newline = tally.last in {b"\n", b"\r"} or bool(utf16)
    if utf16:
        return Scan(utf16, mark, 0, True, tally.length, 0, newline)
    if not tally.bad:
        return Scan("utf-8", mark, tally.nuls, tally.quotes, tally.length, tally.odd, newline)
    encoding = "utf-8 with windows-1252" if tally.good > 10 * tally.bad or mark else "windows-1252"
    return Scan(encoding, mark, tally.nuls, tally.quotes, tally.length, tally.odd, newline)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """The decoder of one of our encoding names."""
    if encoding.startswith("utf-8"):
        return codecs.getincrementaldecoder("utf-8-sig")("as_windows")
    if encoding == "windows-1252":
        return codecs.getincrementaldecoder("cp1252")("as_windows")
    return codecs.getincrementaldecoder(encoding)("replace")


class AsUtf8(io.RawIOBase):
    """The same text as UTF-8 without NUL bytes, read in chunks so that memory does not grow with the file."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = _decoder(encoding)
        self._left = b""
        self._done = False

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes of UTF-8; all that is left when negative."""
        size = -1 if size is None else size
        while not self._done and (size < 0 or len(self._left) < size):
            chunk = self._stream.read(CHUNK)
            self._done = not chunk
            self._left += self._decoder.decode(chunk, self._done).replace("\x00", "").replace("\ufeff", "").encode()
        cut = len(self._left) if size < 0 else size
        result, self._left = self._left[:cut], self._left[cut:]
        return result

    def readinto(self, buffer: object) -> int:
        """Fill a buffer."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the stream beneath as well."""
        if not self.closed:
            self._stream.close()
        super().close()
