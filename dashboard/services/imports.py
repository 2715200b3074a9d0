"""One way in for data: look at files, stage them, commit them, list and undo imports. The Data page and the command line both go through here."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import data_sources.recognise as recogniser
from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError, ReleaseRefused, SourceError, StoreError
from dashboard.schema.overlap import UPDATE, Choice
from dashboard.schema.problems import Problem, Receipt
from dashboard.schema.staging import Staged
from dashboard.services import releases
from dashboard.services.restricted import restricted
from dashboard.store.ledger import Entry
from data_sources import files, totals
from data_sources.base import Context, Source
from data_sources.policing.generic import as_source
from data_sources.stage import stage as stage_tables

if TYPE_CHECKING:
    from dashboard.services.house import House
    from data_sources.tables import TextTable

__all__ = [
    "Candidate",
    "Entry",
    "FileLook",
    "TableLook",
    "bring",
    "commit",
    "discard",
    "listing",
    "look",
    "new_id",
    "quarantine_file",
    "stage",
    "undo",
]

Progress = Callable[[float, str], None]
SAVED = "mapping:"  # begins the source name of a saved mapping
EXAMPLES = 20  # rows shown of a file before anything is decided


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that may fit: its name and title, how sure it is (0 to 1), and why."""

    source: str
    title: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class TableLook:
    """What one table of a file looks like: header, who recognises it, what was noticed while opening it, the first rows."""

    name: str
    header: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    notes: tuple[Problem, ...]
    examples: tuple[Mapping[str, Any], ...]
    advice: str = ""

    @property
    def chosen(self) -> Candidate | None:
        """The one clear winner, or none."""
        clear = [one for one in self.candidates if one.confidence >= 0.5]
        return clear[0] if clear and (len(clear) == 1 or clear[0].confidence > clear[1].confidence) else None


@dataclass(frozen=True, slots=True)
class FileLook:
    """What one file holds, or the sentence with which it is refused."""

    file: str
    path: Path
    tables: tuple[TableLook, ...] = ()
    refusal: str = ""


@restricted(Permission.IMPORT_DATA)
def look(house: House, paths: Sequence[Path]) -> tuple[FileLook, ...]:
    """What are these files? Nothing is stored; a file that cannot be read carries its refusal."""
    found = []
    for path in paths:
        try:
            tables = files.read(path, house.settings)
            found.append(FileLook(path.name, path, tuple(_with_saved(house, one, _looked(one)) for one in tables)))
        except CommonGroundError as error:
            found.append(FileLook(path.name, path, refusal=str(error)))
    return tuple(found)


def _looked(one: TextTable) -> TableLook:
    """One table: recognised by header and sample."""
    ranked = recogniser.recognise(one.header, one.sample)
    candidates = tuple(Candidate(source.name, source.title, seen.confidence, seen.why) for source, seen in ranked if seen.confidence > 0)
    examples = tuple(one.sample.slice(0, EXAMPLES).to_pylist())
    advice = f"{totals.SENTENCE} {totals.HINT}" if not candidates and totals.is_totals(one.header, one.sample) else ""
    return TableLook(one.name, one.header, candidates, one.notes, examples, advice)


def _with_saved(house: House, one: TextTable, seen: TableLook) -> TableLook:
    """What no source recognises may be known by a saved mapping: then that is its one candidate."""
    from dashboard.services.mappings import fitting

    saved = fitting(house, one.header) if seen.chosen is None else None
    if saved is None:
        return seen
    alike = saved.likeness(one.header)
    why = f"{alike:.0%} of the headers are those of the saved mapping '{saved.name}'."
    return replace(seen, candidates=(Candidate(f"{SAVED}{saved.name}", saved.name, alike, why),), advice="")


def sources() -> Mapping[str, Source]:
    """Every source there is, by name."""
    return recogniser.sources()


def source_named(name: str) -> Source:
    """The source of that name; SourceError lists the names there are."""
    if name not in sources():
        raise SourceError(f"There is no source '{name}'.", hint=f"The sources are: {', '.join(sources())}.")
    return sources()[name]


def _source_of(house: House, one: TextTable) -> Source:
    """The one source that recognises a table, or a saved mapping that fits it. SourceError says what else may be done."""
    chosen = _looked(one).chosen
    if chosen is not None:
        return source_named(chosen.source)
    from dashboard.services.mappings import fitting

    saved = fitting(house, one.header)
    if saved is not None:
        return as_source(saved)
    if totals.is_totals(one.header, one.sample):
        raise SourceError(totals.SENTENCE, hint=totals.HINT, where=one.name)
    raise SourceError(
        f"No source recognises '{one.name}'.",
        hint="Make a mapping for it on the Data page, or name one with --mapping.",
        where=", ".join(one.header[:6]),
    )


@restricted(Permission.IMPORT_DATA)
def stage(house: House, paths: Sequence[Path], source: Source | None = None, progress: Progress | None = None) -> list[Staged]:
    """Read, map and validate files into the home's staging folder: one import per source, so that months dropped together stay together."""
    groups: dict[str, tuple[Source, list[TextTable]]] = {}
    for path in paths:
        for one in files.read(path, house.settings):
            own = source or _source_of(house, one)
            groups.setdefault(own.name, (own, []))[1].append(one)
    context = Context(settings=house.settings, site_key=house.home.site_key)
    return [stage_tables(tables, own, context, house.home.staging, new_id(), progress) for own, tables in groups.values()]


def new_id() -> str:
    """A new import id."""
    return secrets.token_hex(8)


@restricted(Permission.IMPORT_DATA)
def commit(house: House, staged: Staged, who: str, *, replace_same: bool = False, choice: Choice = UPDATE) -> Receipt:
    """Store a staged import with its quarantine, note it in the audit log and renew the published tables.

    `choice` is what becomes of rows that an earlier import of the source brought (`reissued.overlaps`).
    """
    receipt = house.facts.commit(staged, who, replace_same, choice=choice)
    _audit(house, who, "import", receipt)
    return _with_release(house, receipt, who)


def _with_release(house: House, receipt: Receipt, who: str) -> Receipt:
    """The receipt, after the published tables were renewed; a refusal is a note on it, and the old edition stays."""
    try:
        releases.publish(house, who)
    except ReleaseRefused as refusal:
        note = Problem("release_refused", f"The published tables were not renewed: {refusal}", 1)
        return replace(receipt, notes=(*receipt.notes, note))
    return receipt


def _audit(house: House, who: str, action: str, receipt: Receipt) -> None:
    """One line in the audit log, and the ledger brought up to the facts."""
    from dashboard.store.audit import Audit
    from dashboard.store.ledger import Ledger

    details = {"table": receipt.table, "source": receipt.source, "rows_read": receipt.rows_read, "accepted": receipt.accepted}
    details |= {"taken_out": receipt.withdrawn} if receipt.withdrawn else {}
    Audit(house.records).append(who, action, receipt.import_id, details)
    Ledger(house.records, house.facts).rebuild()


@restricted(Permission.IMPORT_DATA)
def bring(  # noqa: PLR0917
    house: House, paths: Sequence[Path], who: str, source: Source | None = None, progress: Progress | None = None, choice: Choice = UPDATE
) -> list[Receipt]:
    """Files in, receipts out: stage and commit in one go."""
    return [commit(house, one, who, choice=choice) for one in staged_all(house, paths, source, progress)]


@restricted(Permission.IMPORT_DATA)
def staged_all(house: House, paths: Sequence[Path], source: Source | None = None, progress: Progress | None = None) -> list[Staged]:
    """The files staged, after it was looked whether they are all there."""
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise SourceError(f"The file '{missing[0]}' does not exist.", hint="Check the path.")
    return stage(house, paths, source, progress)


@restricted(Permission.IMPORT_DATA)
def discard(house: House, staged: Staged) -> None:
    """Forget a staged import; nothing of it was stored."""
    shutil.rmtree(staged.folder, ignore_errors=True)


@restricted(Permission.IMPORT_DATA)
def undo(house: House, import_id: str, who: str) -> Receipt:
    """Take one import back: its rows go, rows that it replaced return."""
    receipt = house.facts.undo(import_id, who)
    _audit(house, who, "undo", receipt)
    return _with_release(house, receipt, who)


@restricted(Permission.IMPORT_DATA)
def listing(house: House) -> list[Entry]:
    """Every import with its state, who and when, newest first."""
    from dashboard.store.ledger import Ledger

    ledger = Ledger(house.records, house.facts)
    return sorted(ledger.imports(), key=lambda entry: entry.moment, reverse=True)


@restricted(Permission.IMPORT_DATA)
def quarantine_file(house: House, import_id: str) -> Path:
    """The rows that an import set aside, as stored. StoreError when it set none aside."""
    path = house.facts.quarantine(import_id)
    if path is None:
        raise StoreError("This import set no rows aside.")
    return path
