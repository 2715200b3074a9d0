"""What does a PDF say, and does it hold anything that acts? Run apart from the server (`python -m data_sources.pdf_text FILE`), under limits.

Prints {"pages": n, "active": [...], "text": "..."}; {"trouble": "..."} for what cannot be read.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from dashboard.errors import SourceError

MEMORY, SECONDS = 1 << 30, 30
MOST_TEXT = 2_000_000
MOST_OBJECTS = 200_000
ACTIVE_KEYS = {"/JS": "a script", "/JavaScript": "a script", "/EmbeddedFiles": "an attached file", "/RichMedia": "media", "/XFA": "an active form"}
ACTIVE_ACTIONS = {
    "/JavaScript": "a script",
    "/Launch": "a command to start a program",
    "/ImportData": "an import",
    "/SubmitForm": "a form that is sent",
}


def read(content: bytes) -> tuple[int, list[str], str]:
    """Pages, what acts, and the words of a PDF, read in a process of its own. SourceError when it cannot be read."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-m", "data_sources.pdf_text", file.name]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, cwd=Path(__file__).resolve().parents[1])  # noqa: S603
            told = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise SourceError("The PDF could not be read.", hint="Print it to PDF again and send that.") from error
    if "trouble" in told:
        raise SourceError(told["trouble"], hint="Print it to PDF again and send that.")
    return int(told["pages"]), list(told["active"]), str(told["text"])


def _limits() -> None:
    """No more memory and time than a document needs."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def look(path: str) -> dict[str, object]:
    """What is in this file."""
    import pypdf
    from pypdf.generic import DictionaryObject, IndirectObject

    reader = pypdf.PdfReader(path)
    if reader.is_encrypted:
        return {"trouble": "The PDF is locked with a password."}
    numbers = {number for entries in reader.xref.values() for number in entries} | set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        return {"trouble": "The PDF has too many parts."}
    found: set[str] = set()
    for number in sorted(numbers):
        with contextlib.suppress(Exception):
            one = reader.get_object(IndirectObject(number, 0, reader))
            if isinstance(one, DictionaryObject):
                _active(one, found, 0)
    _active(reader.trailer, found, 0)
    text = "\n".join(page.extract_text() or "" for page in reader.pages)
    return {"pages": len(reader.pages), "active": sorted(found), "text": text[:MOST_TEXT]}


def _active(one: dict[object, object], found: set[str], depth: int) -> None:
    """What in this dictionary, or directly inside it, acts by itself or on a click."""
    for key, value in one.items():
        if key in ACTIVE_KEYS:
            found.add(ACTIVE_KEYS[str(key)])
        if key == "/S" and str(value) in ACTIVE_ACTIONS:
            found.add(ACTIVE_ACTIONS[str(value)])
        if isinstance(value, dict) and depth < 8:
            _active(value, found, depth + 1)


def main() -> int:
    """Read the file that was named."""
    _limits()
    try:
        told = look(sys.argv[1])
    except Exception:
        told = {"trouble": "The PDF is damaged or not a PDF."}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
