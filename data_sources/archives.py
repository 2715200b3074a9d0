"""What is inside a ZIP or gzip file, and is it safe to unpack?"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from dashboard.errors import SourceError
from data_sources.encodings import Bytes
from data_sources.excel import MAX_ENTRIES, MAX_RATIO, SMALL

R_MARKS = (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n", b"X\n\x00\x00\x00", b"A\n2\n", b"A\n3\n")
OTHER_PACKING = (b"BZh", b"\xfd7zXZ")
READABLE = (".csv", ".tsv", ".txt", ".tab", ".psv", ".xlsx", ".xls", ".xlsm", ".json", ".parquet", ".gz")


def zip_kind(archive: zipfile.ZipFile) -> str:
    """Is this a workbook, another office document, or an archive of files?"""
    names = set(archive.namelist())
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    if "content.xml" in names and "mimetype" in names:
        return "workbook" if b"spreadsheet" in archive.read("mimetype")[:200] else "document"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    return "archive"


def members(path: Path, archive: zipfile.ZipFile) -> list[Bytes]:
    """The files in an archive that may hold tables. Refuses too many entries, absurd compression and passwords; nothing is written to disk."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise SourceError(f"The archive holds {len(entries):,} files; at most {MAX_ENTRIES:,} are read.", where=path.name)
    found = []
    for entry in entries:
        base = entry.filename.rsplit("/", 1)[-1]
        if "__MACOSX" in entry.filename or base.startswith(".") or not base.lower().endswith(READABLE):
            continue
        if entry.flag_bits & 0x1:
            raise SourceError(f"'{base}' in the archive is protected by a password.", hint="Send the archive without it.", where=path.name)
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise SourceError(f"'{base}' unpacks to more than {MAX_RATIO} times its size and is not read.", where=path.name)
        found.append(Bytes(base, entry.file_size, _opener(path, entry.filename)))
    if not found:
        raise SourceError("The archive holds no CSV file and no workbook.", where=path.name)
    return found


def _opener(path: Path, member: str) -> _Member:
    return _Member(path, member)


class _Member:
    """Opens one file of an archive afresh each time."""

    def __init__(self, path: Path, member: str) -> None:
        self.path, self.member = path, member

    def __call__(self) -> BinaryIO:
        """A new stream over the unpacked bytes."""
        return cast(BinaryIO, _Closing(zipfile.ZipFile(self.path), self.member))


class _Closing(io.BufferedIOBase):
    """A member's stream that closes its archive as well."""

    def __init__(self, archive: zipfile.ZipFile, member: str) -> None:
        super().__init__()
        self._archive = archive
        self._stream = archive.open(member)

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Unpacked bytes."""
        try:
            return self._stream.read(-1 if size is None else size)
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise SourceError("The archive is damaged.", hint="Send it again.") from error

    def close(self) -> None:
        """Close the member and its archive."""
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


class _GzipStream(gzip.GzipFile):
    """Unpacked bytes; closing it closes the packed stream as well."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def close(self) -> None:
        """Close both."""
        super().close()
        self._packed.close()


class _Gzip:
    """Opens one gzip file afresh each time."""

    def __init__(self, source: Bytes) -> None:
        self.source = source

    def __call__(self) -> BinaryIO:
        """A new stream over the unpacked bytes."""
        return cast(BinaryIO, _GzipStream(self.source.open()))


def unzipped(source: Bytes) -> Bytes:
    """The file inside a gzip file. Refuses R data and damage; its size is the packed one."""
    inner = Bytes(source.name.removesuffix(".gz"), source.size, _Gzip(source))
    try:
        with inner.open() as stream:
            head = stream.read(16)
    except (OSError, EOFError) as error:
        raise SourceError("The gzip file is damaged.", hint="Send it again.", where=source.name) from error
    if head.startswith(R_MARKS):
        raise SourceError("R data files are not read; save as CSV.", where=source.name)
    return inner


def refuse_other_packing(source: Bytes, head: bytes) -> NoReturn:
    """Say what a bzip2 or xz file holds: R writes its data in these too."""
    unpack: Any = lzma.LZMADecompressor() if head.startswith(b"\xfd") else bz2.BZ2Decompressor()
    try:
        start = b""
        with source.open() as stream:
            while len(start) < 16 and (chunk := stream.read(1 << 20)):
                start += unpack.decompress(chunk, 16)
    except (OSError, EOFError, lzma.LZMAError):
        start = b""
    if start.startswith(R_MARKS):
        raise SourceError("R data files are not read; save as CSV.", where=source.name)
    raise SourceError("This kind of archive is not read; use ZIP or gzip.", where=source.name)
