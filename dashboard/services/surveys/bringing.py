"""Bring answers in that another tool collected: look at the file, say which column is which question, store wave by wave, take it back."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import ImportConflict, SourceError
from dashboard.schema import bank
from dashboard.schema.questions import Definition, Option, Question, Section
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping, from_json
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import results
from dashboard.store import intake
from dashboard.store.answers import Answers
from dashboard.store.saved import Saved
from dashboard.store.surveys import Surveys
from data_sources.surveys import scales
from data_sources.surveys.apart import read_apart
from data_sources.surveys.base import Asked, Order, SurveyExport, Tracker
from data_sources.surveys.propose import propose
from data_sources.surveys.recode import WaveAnswers, recode_waves

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Brought", "Look", "Order", "SurveyColumn", "SurveyExport", "SurveyMapping", "Tracker", "from_json", "listing", "look", "store", "undo"]

SURVEY_MAPPING = "survey"  # the table name under which mappings of surveys are saved
CLOSE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Look:
    """One table of a file: an export with the mapping to start from, or a tracker."""

    export: SurveyExport | None
    tracker: Tracker | None
    mapping: SurveyMapping | None
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What was stored: waves with the number of answers each, what was set aside, and the import's id to take it back."""

    import_id: str
    survey_id: str
    waves: tuple[tuple[str, int], ...]
    set_aside: tuple[str, ...]


def scale_names() -> tuple[str, ...]:
    """The scales a column can be on."""
    return scales.scales()


@restricted(Permission.IMPORT_DATA)
def look(house: House, path: Path, *, order: Order = "") -> list[Look]:
    """What is in this file? Read apart, freed of who answered; nothing is stored. A saved mapping that fits goes before a proposal."""
    found = []
    for one in read_apart(path, Asked(settings=house.settings, order=order)):
        if isinstance(one, Tracker):
            found.append(Look(None, one, None))
            continue
        saved = _saved(house, one)
        found.append(Look(one, None, saved or propose(one), saved is not None))
    return found


def _saved(house: House, export: SurveyExport) -> SurveyMapping | None:
    """The saved mapping that is most like this file, if any is near."""
    headings = [column.heading for column in export.columns]
    known = [from_json(str(one.payload["json"])) for one in Saved(house.records).mappings(SURVEY_MAPPING)]
    near = max(known, key=lambda one: one.likeness(headings), default=None)
    return near if near is not None and near.likeness(headings) >= CLOSE_ENOUGH else None


@restricted(Permission.IMPORT_DATA)
def store(house: House, export: SurveyExport, mapping: SurveyMapping, title: str, who: str) -> Brought:
    """Store an export as waves of a survey, and freeze its results. MappingError lists answers that no scale knows; then nothing is stored.

    ImportConflict when the same file is stored already: row ids were dropped, so a file is known by its checksum.
    """
    _not_twice(house, export.checksum)
    waves = recode_waves(export, mapping)
    if not any(wave.answers for wave in waves):
        raise SourceError("The file holds no answers.", where=export.file_name)
    Saved(house.records).keep_mapping(mapping.name, SURVEY_MAPPING, {"json": mapping.as_json()}, who)
    import_id, survey_id = secrets.token_hex(8), f"brought-{secrets.token_hex(6)}"
    row = _row(import_id, survey_id, export.tool, export.file_name, export.checksum, who)
    answers = Answers(house.records)
    answers.begin_import({**row, "receipt": export.receipt.as_json(), "mapping": {"json": mapping.as_json()}, "state": "storing"})
    made = [
        _keep_wave(house, wave, mapping, import_id=import_id, survey_id=survey_id, title=title or export.title, who=who)
        for wave in waves
        if wave.answers
    ]
    answers.import_state(import_id, "stored")
    results.renew(house, survey_id, who)
    aside = tuple(f"{note.sentence} ({note.count})" for wave in waves for note in wave.notes)
    return Brought(import_id, survey_id, tuple(made), aside)


def _row(import_id: str, survey_id: str, tool: str, file_name: str, checksum: str, who: str) -> dict[str, Any]:  # noqa: PLR0917
    """What the list of imports says of every file."""
    about = {"id": import_id, "survey_id": survey_id, "tool": tool, "file_name": file_name[:300], "checksum": checksum}
    return about | {"who": who, "moment": dt.datetime.now(dt.UTC)}


def _not_twice(house: House, checksum: str) -> None:
    """A file that is stored already is not stored again."""
    if any(one.checksum == checksum and one.state == "stored" for one in Answers(house.records).imports()):
        raise ImportConflict(
            "This very file is stored already, so its answers would count twice.", hint="Undo that import first to bring it in anew."
        )


def _keep_wave(house: House, wave: WaveAnswers, mapping: SurveyMapping, *, import_id: str, survey_id: str, title: str, who: str) -> tuple[str, int]:
    """One wave: its wording as far as the file tells it, its answers, its comments; closed at once."""
    surveys, answers = Surveys(house.records), Answers(house.records)
    definition = _definition(wave, mapping, title)
    if any(one.id == survey_id for one in surveys.all()):
        surveys.keep_draft(survey_id, definition)
    else:
        surveys.new(definition, title, who, name=survey_id)
    weeks = sorted(one for one in wave.weeks if one)
    opens = (
        dt.date.fromisoformat(weeks[0]) if weeks else dt.date(int(wave.wave), 1, 1) if wave.wave.isdecimal() and len(wave.wave) == 4 else today(house)
    )
    name = wave.wave or f"{opens:%Y-%m}"
    made = surveys.launch(survey_id, name, who, opens=opens, closes=dt.date.fromisoformat(weeks[-1]) if weeks else None)
    texts = {question.id for question in definition.questions() if question.kind in {"text", "long_text"}}
    rows, comments = [], []
    for number, given in enumerate(wave.answers):
        kept = {key: value for key, value in given.items() if key not in texts}
        comments += [
            intake.new_comment(made.id, key, str(given[key]), str(given.get("C19", "")), import_id) for key in texts & given.keys() if given[key]
        ]
        week = dt.date.fromisoformat(wave.weeks[number]) if wave.weeks[number] else None
        about = {"channel": wave.channels[number], "language": wave.languages[number], "week": week, "weight": wave.weights[number]}
        rows.append({"answers": kept, **about})
    answers.add(made.id, import_id, rows)
    answers.add_comments(comments)
    surveys.close(made.id, who, made.closes or today(house))
    return name, len(rows)


def _definition(wave: WaveAnswers, mapping: SurveyMapping, title: str) -> Definition:
    """The questions of a wave as the file tells them: with the bank's wording where the mapping names a question of the bank."""
    asked: dict[str, Question] = {}
    for column in mapping.columns:
        name = column.stored_as
        if name and name not in asked and column.role != "drop":
            asked[name] = _question(name, column, wave.scales.get(name, column.scale), wave.answers)
    words = {"en": title or "Answers brought in"}
    family = mapping.family if mapping.family in {"community", "post_contact", "event"} else "community"
    return Definition(title=words, purpose=words, family=family, sections=(Section(questions=tuple(asked.values())),))  # type: ignore[arg-type]


def _question(name: str, column: SurveyColumn, scale: str, answers: Sequence[Mapping[str, Any]]) -> Question:
    """One question: a scale where the answers are codes of one, a choice where they are words, text otherwise."""
    known = bank.questions().get(name) or next((one for one in bank.questions().values() if name in one.answer_ids()), None)
    wording = {"en": f"{column.heading}{f': {column.option}' if column.option else ''}"[:600]}
    plain = Question(
        id=name, kind="long_text", concept=known.concept if known else name.lower(), wording=wording, source="brought in", licence="its owner's"
    )
    if column.role == "comment" or (known is not None and known.kind == "long_text"):
        return plain
    seen = [given[name] for given in answers[:5000] if name in given]
    if scale == "N11":
        return plain.model_copy(update={"kind": "ten"})
    offered = scales.options(scale) if scale else ()
    if offered and all(code.isdecimal() for code, _ in offered):
        return plain.model_copy(update={"kind": "scale", "options": _options(offered)})
    if any(isinstance(one, list) for one in seen):
        return plain.model_copy(
            update={"kind": "multi", "options": _options(offered or _listed(one for row in seen if isinstance(row, list) for one in row))}
        )
    words = [one for one in seen if isinstance(one, str)]
    if words and len(set(words)) <= 40:
        return plain.model_copy(update={"kind": "single", "options": _options(offered or _listed(words))})
    return plain.model_copy(update={"kind": "long_text" if words else "number"})


def _listed(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Answers as they occur."""
    return tuple((word, word) for word in dict.fromkeys(words) if word not in {"dont_know", "prefer_not", "not_applicable"})


def _options(pairs: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    """Answers of a question."""
    return tuple(Option(code=code, label={"en": label}) for code, label in pairs)


@restricted(Permission.IMPORT_DATA)
def store_tracker(house: House, tracker: Tracker, title: str, who: str) -> Brought:
    """Store a tracker's published figures as benchmark lines, as shares from 0 to 100."""
    _not_twice(house, tracker.checksum)
    import_id = secrets.token_hex(8)
    answers = Answers(house.records)
    receipt = {"rows_read": tracker.rows_read, "rows_kept": len(tracker.rows)}
    row = _row(import_id, "", "tracker", tracker.file_name, tracker.checksum, who)
    name = (title or tracker.title)[:200]
    factor = 100.0 / tracker.scale
    answers.add_tracker(
        import_id,
        [
            {"tracker": name, "area": one.area[:120], "period": one.date, "measure": one.measure[:300], "value": one.value * factor}
            for one in tracker.rows
        ],
    )
    answers.begin_import({**row, "receipt": receipt, "mapping": {}, "state": "stored"})
    return Brought(import_id, "", ((name, len(tracker.rows)),), ())


@restricted(Permission.IMPORT_DATA)
def undo(house: House, import_id: str, who: str) -> None:
    """Take a file's answers back; the survey they made is put away."""
    survey_id = Answers(house.records).undo_import(import_id, who)
    if survey_id:
        Surveys(house.records).archive(survey_id, who)


@restricted(Permission.IMPORT_DATA)
def listing(house: House) -> list[dict[str, Any]]:
    """Every file of another tool that came in, the newest first, with its receipt."""
    return [
        {"id": one.id, "when": one.moment, "tool": one.tool, "file": one.file_name, "state": one.state, "who": one.who, "receipt": one.receipt}
        for one in Answers(house.records).imports()
    ]
