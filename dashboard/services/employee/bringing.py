"""Staff surveys of other tools: each row is read once, becomes part of a frozen release at the same gate as our own, and is let go. For HR alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import MappingError, ScopeError, SourceError, StoreError
from dashboard.schema.employee import Division
from dashboard.schema.questions import EMPLOYEE
from dashboard.schema.survey_mapping import SurveyMapping, from_json
from dashboard.services.employee import brought_receipt, brought_wave, closing, launching, promise, proposing
from dashboard.services.employee.brought_wave import BroughtWave
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import bringing, checking, defining
from dashboard.services.surveys.bringing import BROUGHT, Order, SurveyImport, WavePlan
from dashboard.services.surveys.checking import Checked
from dashboard.store.quiet import no_collection
from dashboard.store.staff_answers import Declared, StaffAnswers
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.survey_imports import SurveyImports
from dashboard.store.surveys import Surveys
from data_sources.surveys.base import SurveyExport, Tracker
from data_sources.surveys.recode import WaveAnswers, recoded

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Brought", "Look", "Order", "Plan", "Seen", "SurveyExport", "SurveyImport", "SurveyMapping", "WavePlan"]
Progress = Callable[[float, str], None]
Pair = tuple[WaveAnswers, BroughtWave]


@dataclass(frozen=True, slots=True)
class Look:
    """One table of answers in the file, and the mapping to start from."""

    export: SurveyExport
    mapping: SurveyMapping


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the results go: a survey of its own, or `into` one of staff; how they are divided; how many people were asked; the waves by key."""

    into: str = ""
    division: Division = field(default_factory=Division)
    asked: float | None = None
    waves: Mapping[str, WavePlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file would become: `checked` as for any survey, the columns that stay out with the reason, and the groups that would have a name."""

    checked: Checked
    left: tuple[tuple[str, str], ...]
    groups: Mapping[str, tuple[str, ...]]
    closed: tuple[str, ...] = ()  # questions that staff were asked too shortly before or after: their results stay out


@dataclass(frozen=True, slots=True)
class Brought:
    """What was frozen: waves with their releases, and the import's id to take it back."""

    import_id: str
    survey_id: str
    waves: tuple[tuple[str, str], ...]
    comments: bool


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def look(
    house: House, path: Path, *, order: Order = "", tool: str | None = None, incomplete: bool = False, progress: Progress | None = None
) -> list[Look]:
    """What is in this file? Read apart, freed of who answered; nothing is stored. ScopeError for a file without answers of people."""
    found = bringing.tables_of(house, path, order=order, tool=tool, incomplete=incomplete, progress=progress)
    if any(isinstance(one, Tracker) for one in found):
        raise SourceError("This file holds figures, not answers of people.", hint="Published figures are brought in on the page Surveys.")
    return [Look(one, proposing.proposed(one)) for one in found if isinstance(one, SurveyExport)]


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
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
    with bringing.lying(house, name, content) as path:
        return look(house, path, order=order, tool=tool, incomplete=incomplete, progress=progress)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def check(house: House, export: SurveyExport, mapping: SurveyMapping, plan: Plan) -> Seen:
    """What would become of the file under this mapping, and what stands in the way. MappingError when the mapping does not fit at all."""
    mapping = proposing.named(mapping)
    _divided(mapping, plan.division)
    with no_collection():
        found = recoded(export, mapping)
    checked = checking.looked_over(found, export, mapping, today(house))
    if checked.unknown or checked.clash:
        return Seen(checked, (), {})
    waves = _waves(house, bringing.not_empty(export, found.waves), mapping, plan, export.title)
    left = dict.fromkeys(pair for _, one in waves for pair in one.left)
    groups: dict[str, list[str]] = {}
    for _, one in waves:
        for question in one.definition.questions():
            if name := brought_wave.cut_of(question.id):
                groups.setdefault(name, []).extend(option.label["en"] for option in question.options)
    closed = [name for pair in waves for name in _closed(house, export, mapping, plan, pair)]
    words = {name: _text(one, name) for _, one in waves for name in launching.answers_of(one.definition)}
    return Seen(
        checked,
        tuple(left),
        {name: tuple(dict.fromkeys(words)) for name, words in groups.items()},
        tuple(dict.fromkeys(words.get(name, name) for name in closed)),
    )


def _text(one: BroughtWave, name: str) -> str:
    """A question's wording."""
    asked = next(question for question in one.definition.questions() if name in question.answer_ids())
    row = next((row.label.get("en", "") for row in asked.rows if row.id == name), "")
    return row or asked.wording.get("en", name)


def _waves(house: House, given: Sequence[WaveAnswers], mapping: SurveyMapping, plan: Plan, title: str) -> list[Pair]:
    """Every wave of the file, ready for the release job."""
    asked = defining.definitions(given, mapping, title)
    k = promise.least(house)
    made = [(wave, brought_wave.brought(wave, one, mapping, plan.division, k)) for wave, one in zip(given, asked, strict=True)]
    for _, one in made:
        _whole(one, plan.division)
    return made


def _divided(mapping: SurveyMapping, division: Division) -> None:
    """Refuse ways to divide that the file does not have, and more than can be kept safe."""
    there = brought_wave.cuts_in(mapping)
    missing = [name for name in division.cuts if name not in there]
    if missing:
        raise ScopeError(f"No column of the file divides people by {', '.join(missing)}.", hint=f"There are: {', '.join(there) or 'none'}.")
    launching.bounded(division)


def _whole(one: BroughtWave, division: Division) -> None:
    """A wave must ask something, and have two groups of each kind by which it is divided."""
    if not launching.answers_of(one.definition):
        raise MappingError("No column is left as a question.", hint="Say which columns are questions, and on which scale.")
    there = {brought_wave.cut_of(question.id) for question in one.definition.questions()}
    few = [name for name in division.cuts if name not in there]
    if few:
        raise ScopeError(f"Fewer than two groups by {', '.join(few)} have enough people.", hint="Do not divide by it, or join groups by own codes.")


def _closed(house: House, export: SurveyExport, mapping: SurveyMapping, plan: Plan, pair: Pair) -> set[str]:
    """Questions of a wave that staff were asked too shortly before or after."""
    days, prints = bringing.planned(house, pair[0], plan.waves), prints_of(house, export, mapping, plan, pair)
    near = launching.recent(house, pair[1].definition, days.opens, days.closes, prints=prints)
    return {name for names in near.values() for name in names}


def prints_of(house: House, export: SurveyExport, mapping: SurveyMapping, plan: Plan, pair: Pair) -> dict[str, str]:
    """How each question was read: two results tell nothing beside each other only when file, groups and the reading of the question are the same."""
    wave, one = pair
    by_name: dict[str, list[Any]] = {}
    for column in mapping.columns:
        by_name.setdefault(column.stored_as, []).append(column.model_dump(exclude={"reason", "wording", "comparable"}))
    divides = {name: by_name[name] for name in sorted(by_name) if brought_wave.cut_of(name) in plan.division.cuts and name}
    same: Sequence[Any] = (
        *(export.checksum, export.title, export.receipt.rows_kept, wave.wave, len(wave.answers), mapping.cut, list(mapping.blank)),
        *(divides, plan.division.cuts, plan.division.crossings, promise.least(house)),
        [column.model_dump(exclude={"reason"}) for column in mapping.columns if column.role == "wave"],
    )
    return {
        name: hashlib.sha256(json.dumps([same, by_name.get(name, [])], sort_keys=True, default=list).encode()).hexdigest()[:24]
        for name in launching.answers_of(one.definition)
    }


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def store(
    house: House, export: SurveyExport, mapping: SurveyMapping, title: str, who: str, *, plan: Plan | None = None, progress: Progress | None = None
) -> Brought:
    """Freeze the release of every wave of the file, and keep its receipt; of the rows nothing is kept. All of it or nothing.

    MappingError lists answers that no scale knows; ImportConflict when the very same file is stored already.
    """
    plan, tell, mapping = plan or Plan(), progress or (lambda _share, _words: None), proposing.named(mapping)
    bringing.not_twice(house, export.checksum, bringing.part_of(export))
    title = title.strip() or export.title
    _divided(mapping, plan.division)
    _into(house, plan)
    given = bringing.answered(export, mapping)
    waves = sorted(_waves(house, given, mapping, plan, title), key=lambda pair: bringing.planned(house, pair[0], plan.waves).opens)
    prints = [prints_of(house, export, mapping, plan, pair) for pair in waves]
    row = bringing.row_of(plan.into or f"{BROUGHT}{secrets.token_hex(6)}", export.tool, export.file_name, export.checksum, who)
    ids = [secrets.token_hex(8) for _ in waves]
    asked = [
        brought_receipt.asked(bringing.planned(house, wave, plan.waves), launching.answers_of(one.definition), each)
        for (wave, one), each in zip(waves, prints, strict=True)
    ]
    details = {"staff": True, "part": bringing.part_of(export), "waves": ids, "asked": asked, **brought_receipt.read_as(mapping, waves)}
    SurveyImports(house.records).begin({**row, "receipt": brought_receipt.rounded(export.receipt), "mapping": details, "state": "storing"})
    done = []
    try:
        if not plan.into:
            Surveys(house.records).new(waves[-1][1].definition, title, who, name=row["survey_id"])
        for place, (wave_id, (wave, one), each) in enumerate(zip(ids, waves, prints, strict=True)):
            tell(place / len(waves), "Computing and freezing the results.")
            days = bringing.planned(house, wave, plan.waves)
            _declared(house, row["survey_id"], wave_id, one, days, who=who, plan=plan)
            done.append((days.name, closing.reduce(house, wave_id, one.answers, one.comments, who, prints=each)))
    except BaseException:
        _broken_off(house, row)
        raise
    shas = [found.sha256 for wave_id in ids for found in StaffReleases(house.records).of_wave(wave_id)[:1]]
    SurveyImports(house.records).end(row["id"], {"released": shas})
    tell(1.0, "Frozen. Nothing of single answers is kept.")
    return Brought(row["id"], row["survey_id"], tuple(done), any(one.comments for _, one in waves))


def _into(house: House, plan: Plan) -> None:
    """Answers of staff go into a survey of staff that nobody is answering: the end of a wave takes its survey's invitations along."""
    surveys = Surveys(house.records)
    if plan.into and surveys.get(plan.into).family != EMPLOYEE:
        raise ScopeError("This is not an employee survey.")
    if plan.into and any(wave.state == "open" for wave in surveys.waves(plan.into)):
        raise ScopeError("This survey is open, and its invitations would end with the wave that comes in.", hint="Close it first.")


def _declared(house: House, survey_id: str, wave_id: str, one: BroughtWave, days: WavePlan, *, who: str, plan: Plan) -> None:
    """The wave with its groups fixed: what people were promised elsewhere is not known here."""
    heads = {"whole": {"": plan.asked}} if plan.asked else {}
    Surveys(house.records).add_closed(
        survey_id, days.name, who, definition=one.definition, opens=days.opens, closes=days.closes, sampling="census", wave_id=wave_id
    )
    store = StaffAnswers(house.records)
    with house.records.write() as session:
        store.declare(session, wave_id, Declared(plan.division, heads, {}, {"keep": 0}))


def _broken_off(house: House, row: Mapping[str, Any]) -> None:
    """Nothing stays of an import that could not be finished."""
    StaffAnswers(house.records).forget(SurveyImports(house.records).get(row["id"]).waves)
    bringing.broken_off(house, row)
    SurveyImports(house.records).unseen(row["id"])


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def undo(house: House, import_id: str, who: str) -> SurveyImport:
    """Take a file's results back: they leave every page. The same file can come in again; what differs from it is then too near to be shown."""
    imports = SurveyImports(house.records)
    found = imports.get(import_id)
    if not found.of_staff:
        raise StoreError("There is no such import.", hint="`staff-survey imports` lists them.")
    StaffAnswers(house.records).forget(found.waves)
    done = imports.undo(import_id, who)
    if found.state == "storing":
        imports.unseen(import_id)
    bringing.put_away(house, done.survey_id, who)
    return done


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def listing(house: House) -> list[SurveyImport]:
    """Every staff survey of another tool that came in, the newest first, with its receipt."""
    return SurveyImports(house.records).staff()


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def targets(house: House) -> dict[str, str]:
    """The staff surveys that a file's waves can be added to: id -> title."""
    return Surveys(house.records).titles(EMPLOYEE)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def tools(_house: House) -> dict[str, str]:
    """The survey tools whose exports can be read: name -> title."""
    return bringing.tools()


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def usual(_house: House, mapping: SurveyMapping) -> Division:
    """The ways to divide to start from: the first ones that the mapping has."""
    return Division(tuple(brought_wave.cuts_in(mapping))[: launching.MOST_CUTS])


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def with_mapping(_house: House, one: Look, text: str) -> Look:
    """The table with a mapping that was written before, as JSON. MappingError when it cannot be used."""
    return Look(one.export, proposing.fitted(from_json(text), one.export))


def dated(plan: Plan, first: dt.date | None, last: dt.date | None, seen: Checked, name: str = "") -> Plan:
    """The plan with days and name for the one wave of a file; ScopeError where there are several."""
    if len(seen.waves) != 1:
        raise ScopeError("The file does not hold exactly one wave, so it cannot be named or dated here.")
    (one,) = seen.waves
    days = WavePlan(name or one.name, first or one.opens, last or first or one.closes)
    return replace(plan, waves={one.key: days})
