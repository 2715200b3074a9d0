"""The annual transparency report as two files: a web page that cannot act, and a tagged PDF. Both are written from the same lines."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.errors import StoreError
from dashboard.reports.figures import figures
from dashboard.schema import say
from dashboard.schema.cells import written
from dashboard.schema.result import NumberTable, Status
from dashboard.services.annual import shelving
from dashboard.services.annual.shelving import Shelved
from dashboard.services.annual.year import ALL_YEARS, Part, Said, Year, assemble

if TYPE_CHECKING:
    from jinja2 import Template

    from dashboard.services.house import House

TEMPLATES = Path(__file__).resolve().parent / "templates"
MARKS = {
    Status.OK: "",
    Status.CAUTION: "Read with caution.",
    Status.UNAVAILABLE: "Not enough data.",
    Status.WITHHELD: "Not shown, to protect people.",
}
WIDTHS = (8, 24)  # letters: least and most that a column of the PDF gets
SHORT = 12  # letters of a row's name that stay on one line
INTRO = (
    "This report brings the year's published numbers together: trust, stops, force, complaints, outreach and what changed. "
    "Each number stands with its 95% interval where it has one, each figure with its table."
)


@dataclass(frozen=True, slots=True)
class Files:
    """One year as a web page and as a PDF."""

    year: Year
    html: bytes
    pdf: bytes


def make(house: House, year: int) -> Files:
    """The year's report as files. NotEnoughData when nothing of the year is published."""
    found = assemble(house, year)
    lines = content(found)
    return Files(found, as_html(lines), as_pdf(lines))


def shelve(house: House, year: int, effective: dt.date, who: str) -> tuple[Files, tuple[Shelved, Shelved]]:
    """The year's report, laid into the library as a draft of both files; a person publishes it."""
    shelving.allowed(house)
    files = make(house, year)
    return files, shelving.shelve(house, files.year, files.html, files.pdf, effective, who)


def content(year: Year) -> dict[str, Any]:
    """Everything that both files say, as plain texts and fractions."""
    return {
        "title": year.title,
        "agency": year.agency,
        "made_on": f"{year.made_on}",
        "sample": "Sample data: the agency and its people are invented." if year.sample else "",
        "intro": INTRO,
        "short": [[part.title, part.said[0].answer.sentence] for part in year.parts if part.said],
        "parts": [_part(part, year) for part in year.parts],
        "methods": [
            {
                "title": one.title,
                "page": one.page,
                "assumes": one.assumptions[0] if one.assumptions else "",
                "criticism": one.criticisms[0] if one.criticisms else "",
                "source": one.source,
            }
            for one in year.methods
        ],
        "limits": list(year.limits),
        "tables": [_table(one) for one in (year.sources, year.settings) if one is not None],
        "licence": {"name": year.licence[0], "address": year.licence[1]},
    }


def _part(part: Part, year: Year) -> dict[str, Any]:
    """One part; a missing one holds only its sentence."""
    return {
        "name": part.name,
        "title": part.title,
        "page": part.page,
        "answers": [_said(one, year) for one in part.said],
        "missing": list(part.missing),
    }


def _said(one: Said, year: Year) -> dict[str, Any]:
    """One answer with its figures, tables, conditions and source."""
    answer = one.answer
    method = next((each.title for each in year.methods if each.name == answer.measure), "")
    source = [f"Release {answer.provenance.release}" if answer.provenance.release else "Public records", f"method: {method}" if method else ""]
    unmet = [f"{gate.name}: {gate.found} (needed: {gate.needed}), not met." for gate in answer.gates if not gate.passed]
    return {
        "question": answer.question,
        "covers": one.covers if one.covers == ALL_YEARS else f"For {one.covers}",
        "mark": MARKS[answer.status],
        "sentence": answer.sentence,
        "figures": [asdict(drawn) for picture in answer.pictures for drawn in figures(picture)] if answer.tables else [],
        "tables": [_table(table) for table in answer.tables],
        "notes": [*answer.notes, *unmet],
        "source": "; ".join(text for text in source if text) + ".",
    }


def _table(table: NumberTable) -> dict[str, Any]:
    """A table in words; `numeric` says which columns stand to the right, `widths` how much room each wants,
    `short` that no row's name needs to break."""
    heads, rows = written(table)
    numeric = [place > 0 and _numbers([row[place] for row in rows]) for place in range(len(heads))]
    cells = [[_held(cell) if numeric[place] else cell for place, cell in enumerate(row)] for row in rows]
    words = [max((len(word) + 1 for word in head.split()), default=0) for head in heads]
    widths = [min(max(WIDTHS[0], words[place], *(len(row[place]) for row in rows)), WIDTHS[1]) for place in range(len(heads))]
    short = all(len(row[0]) <= SHORT for row in rows if row)
    return {
        "title": table.title,
        "heads": list(heads),
        "rows": cells,
        "notes": list(table.notes),
        "numeric": numeric,
        "widths": widths,
        "short": short,
    }


def _held(cell: str) -> str:
    """A number whose interval stays on one line."""
    value, bracket, rest = cell.partition("(")
    return value + (bracket + rest).replace(" ", "\N{NO-BREAK SPACE}")


def _numbers(cells: list[str]) -> bool:
    """Whether a column holds numbers, so that it stands to the right."""
    said = [one for one in cells if one not in {say.NOT_SHOWN, say.NOT_AVAILABLE, ""}]
    return bool(said) and all(one.lstrip("+−-").removeprefix("at least ").removeprefix("at most ")[:1].isdigit() and one[4:5] != "-" for one in said)


@lru_cache(maxsize=1)
def _page() -> Template:
    """The page, with every text escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("annual.html")


def as_html(lines: dict[str, Any]) -> bytes:
    """The web page: no script, nothing fetched."""
    return _page().render(lines).encode()


def as_pdf(lines: dict[str, Any]) -> bytes:
    """The PDF for print and screen readers (PDF/UA-1). Texts go in as data, never as markup."""
    import typst

    template = (TEMPLATES / "annual.typ").read_bytes()
    return typst.compile(template, sys_inputs={"data": json.dumps(lines)}, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True)


def write(files: Files, folder: Path) -> tuple[Path, Path]:
    """Both files in a folder. StoreError where nothing can be written there."""
    name = shelving.name_of(files.year.year)
    page, printed = folder / f"{name}.html", folder / f"{name}.pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.write_bytes(files.html)
        printed.write_bytes(files.pdf)
    except OSError as error:
        raise StoreError(f"The report could not be written into {folder}.", hint="Name a folder that can be written to.") from error
    return page, printed
