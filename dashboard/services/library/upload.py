"""May this file be kept? PDF or HTML, judged by its content, not too large, and nothing in it that acts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from dashboard.errors import SourceError
from dashboard.schema.library import HTML, PDF
from data_sources import pdf_text

MOST_TEXT = 2_000_000
ACTIVE = frozenset(
    {"script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "base", "link", "meta-refresh", "svg", "math", "template"}
)
SILENT = frozenset({"style", "head", "title"})
ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "poster", "background", "srcset"})
HINT = "Remove it, or send a PDF."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed: its name, its kind by content, its bytes and its words."""

    name: str
    media: str
    content: bytes
    text: str


def checked(name: str, content: bytes, most_mb: float) -> Upload:
    """The file, if it may be kept. SourceError says in one sentence why not."""
    if not content:
        raise SourceError("The file is empty.")
    if len(content) > most_mb * 1024 * 1024:
        raise SourceError(f"The file is larger than {most_mb:g} MB.", hint="Make its pictures smaller.")
    safe = re.sub(r"[^A-Za-z0-9._ -]", "-", name.rpartition("/")[2].rpartition("\\")[2])[-120:] or "document"
    if content.startswith(b"%PDF-"):
        return Upload(safe, PDF, content, _pdf(content))
    text = _decoded(content)
    if re.match(r"\s*(<!doctype html|<html)\b", text[:2_000], re.IGNORECASE):
        return Upload(safe, HTML, text.encode(), _html(text))
    raise SourceError("The file is neither a PDF nor an HTML page.", hint="Save it as PDF.")


def _decoded(content: bytes) -> str:
    """The words of a text file; nothing of one that is not text."""
    try:
        return content.decode("utf-8-sig") if b"\x00" not in content else ""
    except UnicodeDecodeError as error:
        raise SourceError("The file is neither a PDF nor an HTML page in UTF-8.", hint="Save it as PDF.") from error


def _pdf(content: bytes) -> str:
    """The words of a PDF that holds nothing that acts."""
    _, active, text = pdf_text.read(content)
    if active:
        raise SourceError(f"The PDF holds {active[0]}.", hint="Print it to PDF again, which leaves only its pages.")
    return text


class _Reader(HTMLParser):
    """Collects the words of a page, and the first thing in it that acts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.trouble = ""
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag and what it carries."""
        if tag in ACTIVE:
            self.trouble = self.trouble or f"a <{tag}> element"
        for name, value in attrs:
            plain = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on"):
                self.trouble = self.trouble or f"the active attribute {name}"
            if name in ADDRESSES and re.match(r"(javascript|vbscript|data:text|data:application|data:image/svg)", plain):
                self.trouble = self.trouble or "a link that runs a script"
            if tag == "meta" and name == "http-equiv":
                self.trouble = self.trouble or "a <meta http-equiv> element"
        if tag in SILENT:
            self.silent += 1

    def handle_endtag(self, tag: str) -> None:
        """The end of a tag."""
        if tag in SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self.silent and data.strip():
            self.words.append(" ".join(data.split()))


def _html(text: str) -> str:
    """The words of a page that holds nothing that acts."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.trouble:
        raise SourceError(f"The page holds {reader.trouble}.", hint=HINT)
    return "\n".join(reader.words)[:MOST_TEXT]
