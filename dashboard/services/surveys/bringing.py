"""Bring answers in that another tool collected: look at the file, store it wave by wave, list what came in, take it back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import ImportConflict, MappingError, SourceError, StoreError
from dashboard.schema.questions import EMPLOYEE, Definition
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping, from_json
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import checking, closing, defining, saved_mappings
from dashboard.store import intake
from dashboard.store.answers import Answers
from dashboard.store.audit import Audit
from dashboard.store.quiet import no_collection
from dashboard.store.survey_imports import SurveyImport, SurveyImports
from dashboard.store.surveys import Surveys
from data_sources.surveys import scales
from data_sources.surveys.apart import read_apart
from data_sources.surveys.base import Asked, Order, SurveyExport, Tracker
from data_sources.surveys.propose import propose
from data_sources.surveys.recode import WaveAnswers, recode_waves
from data_sources.surveys.recognise import readers

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Brought", "Look", "Order", "Plan", "SurveyColumn", "SurveyExport", "SurveyImport", "SurveyMapping", "Tracker", "WavePlan", "from_json"]

Progress = Callable[[float, str], None]
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own in it, for its owner only
BROUGHT = "brought-"  # begins the id of a survey that an import made
READ_SHARE, STORED_SHARE = 0.3, 0.7  # of the work, for the progress bar


@dataclass(frozen=True, slots=True)
class Look:
    """One table of a file: an export with the mapping to start from, or a tracker. `notes`: what a saved mapping had to be changed in."""

    export: SurveyExport | None
    tracker: Tracker | None
    mapping: SurveyMapping | None
    saved: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WavePlan:
    """How one wave of the file is to be called, and from when to when it was asked."""

    name: str
    opens: dt.date
    closes: dt.date


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the answers go: into a new survey or an existing one (`into`), how people came to be asked, who may see the results, the waves by key."""

    into: str = ""
    sampling: str = "opt_in"
    staff_only: bool = False
    waves: Mapping[str, WavePlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brought:
    """What was stored: waves with the number of answers each, what was set aside, and the import's id to take it back."""

    import_id: str
    survey_id: str
    waves: tuple[tuple[str, int], ...]
    set_aside: tuple[checking.Aside, ...]
    comments: int = 0


def scale_titles() -> dict[str, str]:
    """The scales a column can be on, in words."""
    found = {scales.CHOICE: "a choice without order", scales.NUMBER: "a number"}
    for name in scales.scales():
        if name not in found:
            words = [label for _, label in scales.options(name)]
            found[name] = f"{name}: {words[0]} to {words[-1]} ({len(words)})" if len(words) > 3 else f"{name}: {' / '.join(words)}"
    return found


def answers_of(scale: str, role: str) -> tuple[tuple[str, str], ...]:
    """The answers of a scale, or of a question about the person: code and words."""
    if role in {"age", "race", "gender"}:
        return scales.options(role)
    return scales.options(scale) if scale else ()


def readable(name: str) -> str:
    """A file's name as a title: without its ending, underscores as blanks."""
    return re.sub(r"[_\s]+", " ", re.sub(r"\.(csv|xlsx?|zip|gz|txt|tsv|parquet)$", "", name, flags=re.IGNORECASE)).strip() or name


def tools() -> dict[str, str]:
    """The readers of survey tools: name -> title."""
    return {name: reader.title for name, reader in readers().items()}


@restricted(Permission.IMPORT_DATA)
def look(
    house: House, path: Path, *, order: Order = "", tool: str | None = None, incomplete: bool = False, progress: Progress | None = None
) -> list[Look]:
    """What is in this file? Read apart, freed of who answered; nothing is stored. A saved mapping that fits goes before a proposal."""
    found = []
    for one in tables_of(house, path, order=order, tool=tool, incomplete=incomplete, progress=progress):
        if isinstance(one, Tracker):
            found.append(Look(None, one, None))
            continue
        found.append(with_mapping(one, saved_mappings.fitting(house, one)))
    return found


@restricted(Permission.IMPORT_DATA)
def look_at(
    house: House,
    name: str,
    content: bytes,
    *,
    order: Order = "",
    tool: str | None = None,
    incomplete: bool = False,
    progress: Progress | None = None,
) -> list[Look]:
    """The same for the bytes of a file."""
    with lying(house, name, content) as path:
        return look(house, path, order=order, tool=tool, incomplete=incomplete, progress=progress)


def tables_of(
    house: House, path: Path, *, order: Order, tool: str | None, incomplete: bool, progress: Progress | None
) -> list[SurveyExport | Tracker]:
    """The tables of a file, read apart and freed of who answered."""
    room = _reading_room(house, path.stat().st_size if path.is_file() else 0)
    return read_apart(path, Asked(settings=house.settings, order=order, incomplete=incomplete), tool, progress=progress, room=room)


@contextmanager
def lying(house: House, name: str, content: bytes) -> Iterator[Path]:
    """The bytes of a file in a private folder, in memory where the machine has such a place, for as long as they are read."""
    safe = re.sub(r"[^\w.\- ]+", "_", Path(name).name).strip(". ")[-120:] or "answers"
    with tempfile.TemporaryDirectory(prefix="drop-", dir=_reading_room(house, len(content))) as folder:
        path = Path(folder) / safe
        path.write_bytes(content)
        yield path


def _reading_room(house: House, size: int) -> Path:
    """Where a file may lie while it is read: in memory, so that who answered never reaches a disk; else in the home's own folder."""
    if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > 2 * size:
        return IN_MEMORY
    return house.home.staging


def with_mapping(export: SurveyExport, saved: SurveyMapping | None) -> Look:
    """The export with a saved mapping made to fit it, or with a proposal."""
    if saved is None:
        return Look(export, None, propose(export))
    mapping, notes = saved_mappings.adapted(saved, export)
    return Look(export, None, mapping, saved=True, notes=notes)


@restricted(Permission.IMPORT_DATA)
@no_collection()
def store(
    house: House, export: SurveyExport, mapping: SurveyMapping, title: str, who: str, *, plan: Plan | None = None, progress: Progress | None = None
) -> Brought:
    """Store an export as waves of a survey, and freeze its results; all of it or nothing. MappingError lists answers that no scale knows.

    ImportConflict when the same file is stored already: row ids were dropped, so a file is known by its checksum.
    """
    house.require(Permission.MANAGE_SURVEYS, "survey import")  # results are frozen at the end
    plan, tell = plan or Plan(), progress or (lambda _share, _words: None)
    part = part_of(export)
    not_twice(house, export.checksum, part)
    tell(0.0, "Reading the answers by the mapping.")
    waves = answered(export, mapping)
    title = title.strip() or export.title
    made = defining.definitions(waves, mapping, title, staff_only=plan.staff_only)
    saved_mappings.keep(house, mapping, who)
    row = row_of(plan.into or f"{BROUGHT}{secrets.token_hex(6)}", export.tool, export.file_name, export.checksum, who)
    aside = tuple(checking.Aside(wave.wave, one.column, one.label, one.reason, one.count) for wave in waves for one in wave.aside)
    ids = [secrets.token_hex(8) for _ in waves]
    details = {"json": mapping.as_json(), "part": part, "waves": ids, "aside": [one.as_row() for one in aside]}
    SurveyImports(house.records).begin({**row, "receipt": export.receipt.as_json(), "mapping": details, "state": "storing"})
    try:
        kept, comments = _keep(house, row, title, list(zip(ids, waves, made, strict=True)), plan=plan, tell=tell)
    except BaseException:
        broken_off(house, row)
        raise
    tell(STORED_SHARE, "Computing and freezing the results. Comments are read after that; they appear when they are read and reviewed.")
    SurveyImports(house.records).end(row["id"], {"rows": [n for _, n in kept]})
    closing.finish(house, row["survey_id"], who)
    tell(1.0, "Stored.")
    return Brought(row["id"], row["survey_id"], kept, aside, comments)


def answered(export: SurveyExport, mapping: SurveyMapping) -> list[WaveAnswers]:
    """The waves of a file that hold answers. MappingError for answers that no scale knows, SourceError where no question was answered."""
    with no_collection():
        return not_empty(export, recode_waves(export, mapping))


def not_empty(export: SurveyExport, waves: Sequence[WaveAnswers]) -> list[WaveAnswers]:
    """The waves that hold answers; SourceError where no question was answered."""
    found = [wave for wave in waves if wave.answers]
    if not any(wave.asked for wave in found):
        raise SourceError("The file holds no answers to any question.", hint="Say which columns are questions.", where=export.file_name)
    return found


def planned(house: House, wave: WaveAnswers, plans: Mapping[str, WavePlan]) -> WavePlan:
    """What a wave is called and from when to when it was asked: as planned, else as the file says, else today."""
    opens, closes = defining.dates(wave.wave, wave.weeks) or (today(house), today(house))
    own = plans.get(wave.wave) or WavePlan(wave.wave or f"{opens:%Y-%m}", opens, closes)
    if own.closes < own.opens:
        raise MappingError(f"The last day of {own.name} lies before its first.", hint="Choose other days.")
    return own


def row_of(survey_id: str, tool: str, file_name: str, checksum: str, who: str) -> dict[str, Any]:
    """What the list of imports says of every file."""
    about = {"id": secrets.token_hex(8), "survey_id": survey_id, "tool": tool, "file_name": file_name, "checksum": checksum}
    return about | {"who": who, "moment": dt.datetime.now(dt.UTC)}


def part_of(export: SurveyExport) -> str:
    """Which sheet of a workbook this is; '' where the file is one table."""
    return "" if export.title in {export.file_name, Path(export.file_name).stem} else export.title


def not_twice(house: House, checksum: str, part: str = "") -> None:
    """A file (or one sheet of a workbook) that is stored already is not stored again."""
    for one in SurveyImports(house.records).of_file(checksum):
        if one.details.get("part", "") == part:
            raise ImportConflict(
                f"This very file is stored already ({one.moment:%Y-%m-%d %H:%M}, by {one.who}), so its answers would count twice.",
                hint="Undo that import first to bring it in anew.",
            )


def broken_off(house: House, row: Mapping[str, Any]) -> None:
    """Nothing stays of an import that could not be finished."""
    SurveyImports(house.records).undo(row["id"], row["who"])
    if str(row["survey_id"]).startswith(BROUGHT):
        Surveys(house.records).drop_without_waves(row["survey_id"])


def _keep(
    house: House, row: Mapping[str, Any], title: str, waves: Sequence[tuple[str, WaveAnswers, Definition]], *, plan: Plan, tell: Progress
) -> tuple[tuple[tuple[str, int], ...], int]:
    """Every wave with its wording, answers and comments, closed; names with numbers of answers, and how many comments."""
    surveys = Surveys(house.records)
    if not plan.into:
        surveys.new(waves[-1][2], title, row["who"], name=row["survey_id"])
    elif not any(one.id == plan.into and one.family != EMPLOYEE for one in surveys.all()):
        raise StoreError("The survey that the answers should go into is no longer there.")
    kept, comments, total, done = [], 0, sum(len(wave.answers) for _, wave, _ in waves), 0
    for wave_id, wave, definition in waves:
        own = planned(house, wave, plan.waves)
        days = {"opens": own.opens, "closes": own.closes}
        surveys.add_closed(row["survey_id"], own.name, row["who"], definition=definition, sampling=plan.sampling, wave_id=wave_id, **days)
        texts = {question.id for question in definition.questions() if question.kind in {"text", "long_text"}}
        Answers(house.records).add(wave_id, row["id"], _responses(wave, texts))
        written = list(_comments(wave, texts, wave_id, row["id"]))
        Answers(house.records).add_comments(written)
        comments, done = comments + len(written), done + len(wave.answers)
        kept.append((own.name, len(wave.answers)))
        tell(READ_SHARE + (STORED_SHARE - READ_SHARE) * done / total, f"Stored {done:,} of {total:,} answers.")
    return tuple(kept), comments


def _responses(wave: WaveAnswers, texts: set[str]) -> Iterator[dict[str, Any]]:
    """The answers of a wave without what people wrote: that is kept apart from them."""
    for given, week, channel, language, weight in zip(wave.answers, wave.weeks, wave.channels, wave.languages, wave.weights, strict=True):
        kept = {key: value for key, value in given.items() if key not in texts} if texts else given
        about = {"channel": channel[:40], "language": language[:12], "week": dt.date.fromisoformat(week) if week else None}
        yield about | {"weight": weight, "answers": kept}


def _comments(wave: WaveAnswers, texts: set[str], wave_id: str, import_id: str) -> Iterator[dict[str, Any]]:
    """What people wrote, each by itself with its area."""
    for given in wave.answers:
        for key in texts & given.keys():
            if given[key]:
                yield intake.new_comment(wave_id, key, str(given[key]), str(given.get("C19", ""))[:120], import_id)


def _of_residents(house: House, import_id: str) -> SurveyImport:
    """The import, unless it is one of a staff survey, of which this desk knows nothing."""
    found = SurveyImports(house.records).get(import_id)
    if found.of_staff:
        raise StoreError("There is no such import.", hint="`survey-imports` lists them.")
    return found


@restricted(Permission.IMPORT_DATA)
def undo(house: House, import_id: str, who: str) -> SurveyImport:
    """Take a file's answers or figures back. What is left of the survey is frozen anew; one of which nothing is left is put away."""
    house.require(Permission.MANAGE_SURVEYS, "survey undo")
    _of_residents(house, import_id)
    done = SurveyImports(house.records).undo(import_id, who)
    if done.survey_id:
        closing.finish(house, done.survey_id, who)
        put_away(house, done.survey_id, who)
    return done


def put_away(house: House, survey_id: str, who: str) -> None:
    """A survey that an import made leaves the lists when none of its waves is left."""
    surveys = Surveys(house.records)
    if survey_id.startswith(BROUGHT) and not surveys.waves(survey_id):
        surveys.archive(survey_id, who)


@restricted(Permission.IMPORT_DATA)
def listing(house: House) -> list[SurveyImport]:
    """Every file of another tool that came in, the newest first, with its receipt."""
    return SurveyImports(house.records).all()


@restricted(Permission.IMPORT_DATA)
def targets(house: House) -> dict[str, str]:
    """The surveys that a file's waves can be added to: id -> title."""
    staff = Surveys(house.records).titles(EMPLOYEE)  # answers of residents never go into a survey of staff
    return {name: title for name, title in Surveys(house.records).titles().items() if name not in staff}


@restricted(Permission.IMPORT_DATA)
def aside_csv(house: House, import_id: str) -> bytes:
    """What an import set aside, with the reasons, as CSV: answers by column, rows by reason. It holds no row of a person."""
    from dashboard.services.open_formats import neutral

    found = _of_residents(house, import_id)
    rows = [*found.aside, *(["", "(whole row)", "", reason, count] for reason, count in found.receipt.get("rows_dropped", {}).items())]
    if not rows:
        raise StoreError("This import set nothing aside.")
    if house.visitor is not None:
        Audit(house.records).append(house.visitor.person_id, "export", f"answers set aside by survey import {import_id}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["wave", "column", "answer", "why", "times"])
    writer.writerows([[neutral(cell) for cell in row] for row in rows])
    return text.getvalue().encode()
