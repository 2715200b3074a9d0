"""Files as an attacker opens them: not what a viewer shows, but every byte, and everything inside: PDF text and particulars, members of archives
with their moments, Parquet particulars and statistics, chunks of pictures.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

import pyarrow.parquet as pq
from pypdf import PdfReader

Files = Mapping[tuple[str, str], bytes]  # (role, file) -> its bytes
MOMENT = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?"


def levelled(content: bytes, chance: Mapping[str, str]) -> bytes:
    """The file without what is by chance: moments, and the names that are drawn anew in each home (`chance`: name -> what stands for it)."""
    content = re.sub(MOMENT, lambda found: b"@" * len(found[0]), content)
    for name, stands in chance.items():
        content = content.replace(name.encode(), stands.encode())
    return content


def inside(content: bytes) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that can be read in a file; its bytes as they are come first."""
    yield "bytes", content.decode("latin-1")
    if content[:5] == b"%PDF-":
        yield from _pdf(content)
    elif content[:4] == b"PK\x03\x04":
        yield from _archive(content)
    elif content[:4] == b"PAR1":
        yield from _parquet(content)
    elif content[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _chunks(content)


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    reader = PdfReader(io.BytesIO(content))
    yield "text", "\n".join(page.extract_text() for page in reader.pages)
    yield "particulars", str(reader.metadata)
    yield "xmp", reader.xmp_metadata.stream.get_data().decode("utf-8", "replace") if reader.xmp_metadata else ""
    for number in range(1, int(str(reader.trailer["/Size"]))):
        one = reader.get_object(number)
        yield f"object {number}", str(one.get_data().decode("latin-1")) if hasattr(one, "get_data") else str(one)


def _archive(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield "comment", archive.comment.decode("latin-1")
        for one in archive.infolist():
            yield f"member {one.filename}", f"{one.date_time} {one.comment!r} {one.extra!r} {one.create_system}"
            for where, text in inside(archive.read(one)):
                yield f"{one.filename}: {where}", text


def _parquet(content: bytes) -> Iterator[tuple[str, str]]:
    file = pq.ParquetFile(io.BytesIO(content))
    yield "particulars", f"{file.metadata.created_by} {file.metadata.metadata} {file.schema_arrow.metadata}"
    yield "rows", str(file.read().to_pydict())
    for group in range(file.metadata.num_row_groups):
        for column in range(file.metadata.num_columns):
            yield f"statistics {group} {column}", str(file.metadata.row_group(group).column(column).statistics)


def _chunks(content: bytes) -> Iterator[tuple[str, str]]:
    at = 8
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if kind != b"IDAT":
            yield f"chunk {kind.decode('latin-1')}", content[at + 8 : at + 8 + size].decode("latin-1")
        at += size + 12


def telling(before: Files, after: Files, words: tuple[str, ...] = ()) -> tuple[int, list[tuple[str, str]]]:
    """(files looked at, those that tell the two homes apart, or in which one of the words can be read anywhere)."""
    found = [place for place in before if before[place] != after.get(place)]
    found += [place for place in after if place not in before]
    for place, content in before.items():
        if place not in found and any(word in text for _, text in inside(content) for word in words):
            found.append(place)
    return len(before.keys() | after.keys()), found
