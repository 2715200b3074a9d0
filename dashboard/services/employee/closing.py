"""Close an employee survey: one frozen release is computed, audited and stored, and in the same transaction everything it was made of goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.privacy import employee_release
from dashboard.privacy.employee_release import NOT_SHOWN, StaffRelease
from dashboard.schema import employee
from dashboard.schema.questions import Definition
from dashboard.services.employee import launching, promise, release
from dashboard.services.forms import named, today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import comments as reading_of_comments
from dashboard.services.surveys import standing
from dashboard.services.surveys.closing import AT_ONCE
from dashboard.store import intake
from dashboard.store.staff_answers import Declared, StaffAnswers
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.surveys import CLOSED, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

Progress = Callable[[float, str], None]


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def close(house: House, wave_id: str, who: str, progress: Progress | None = None) -> str:
    """No more answers; the results are computed and frozen; single answers and invitations are destroyed. The release's id.

    A wave that was closed without results (the server was stopped half way) is finished. ScopeError for one that is finished already.
    """
    surveys, store = Surveys(house.records), StaffAnswers(house.records)
    wave = next((one for one in surveys.waves() if one.id == wave_id), None)
    declared = store.declared(wave_id)
    if wave is None or declared is None:
        raise ScopeError("This is not a wave of an employee survey.")
    if StaffReleases(house.records).of_wave(wave_id):
        raise ScopeError("The results of this wave are frozen already.")
    if wave.state != CLOSED:
        wave = surveys.close(wave_id, who, today(house))
    store.flush(wave_id, rest=True)
    answers, comments = store.opened(wave_id)
    name = _reduced(house, wave, declared, answers, comments, who=who, progress=progress)
    if comments:
        _have_read(house)
    return name


def _have_read(house: House) -> None:
    """A few comments are read now; with many, of whatever surveys, it is left to the server's upkeep."""
    house = type(house)(house.home)  # the machine reads them, whoever closes: only their reviewer sees them
    standing.unsettle(house)
    if reading_of_comments.counts(house).to_read <= AT_ONCE:
        reading_of_comments.read(house)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def reduce(
    house: House,
    wave_id: str,
    answers: Sequence[Mapping[str, Any]],
    comments: Sequence[tuple[str, str]],
    who: str,
    *,
    prints: Mapping[str, str] | None = None,
) -> str:
    """Answers that were given elsewhere pass the same gate: the open wave is closed with them, they become its release and are not kept.

    `prints` says how each question was read from a file, so that the same file can come in anew after it was taken back.
    """
    store, surveys = StaffAnswers(house.records), Surveys(house.records)
    declared = store.declared(wave_id)
    if declared is None or store.received(wave_id):
        raise ScopeError("This wave takes answers from its own form.", hint="Open a wave of its own for answers from elsewhere.")
    wave = next(one for one in surveys.waves() if one.id == wave_id)
    if wave.state != CLOSED:
        wave = surveys.close(wave_id, who, wave.closes or today(house))
    name = _reduced(house, wave, declared, answers, comments, who=who, prints=prints)
    if comments:
        _have_read(house)
    return name


def _reduced(
    house: House,
    wave: Wave,
    declared: Declared,
    answers: Sequence[Mapping[str, Any]],
    comments: Sequence[tuple[str, str]],
    *,
    who: str,
    progress: Progress | None = None,
    prints: Mapping[str, str] | None = None,
) -> str:
    """Compute the release of a wave and freeze it."""
    definition = Surveys(house.records).version(wave.survey_id, wave.version)
    k = max(promise.least(house), declared.terms.get("least", 0))  # what was promised at the launch binds, whatever was set since
    enough = len(comments) >= max(promise.least_comments(house), declared.terms.get("comments", 0))
    keep = bool(house.settings["employee.keep_answers"]) and bool(declared.terms.get("keep", True))
    about = about_of(wave, definition, declared, k, comments=enough, agency=house.name)
    near = launching.recent(house, definition, wave.opens, wave.closes, but=wave.id, prints=prints)
    doubled = frozenset(name for shared in near.values() for name in shared)
    made = release.compute(answers, release.Wave(about, definition, declared.division, declared.heads, doubled), progress, k)
    reviewed = [intake.new_comment(wave.id, question, text, "") for question, text in comments] if enough else []
    return _freeze(house, wave, made, who, reviewed, keep=keep)


def _freeze(house: House, wave: Wave, made: StaffRelease, who: str, comments: list[dict[str, Any]], *, keep: bool) -> str:
    """Store the release and let go of everything behind it, together or not at all; then destroy the keys."""
    store = StaffAnswers(house.records)
    with house.records.write() as session:
        name = StaffReleases(house.records).freeze(session, wave.survey_id, wave.id, made.content, sha256=made.checksum, who=who)
        keys = store.end(session, wave.id, wave.survey_id, comments, keep=keep)
    for key in keys:
        store.keys.destroy(key)
    house.records.settle()
    return name


def about_of(wave: Wave, definition: Definition, declared: Declared, k: int, *, comments: bool, agency: str) -> dict[str, Any]:
    """What a release says about its wave: when, how declared, what was asked."""
    cuts = {
        name: {"text": promise.name_of(name, "en", definition), "levels": {one.code: one.label.get("en", one.code) for one in question.options}}
        | {"scale": question.scale_hash()}
        for name, question in employee.cuts(definition).items()
        if name in declared.division.cuts
    }
    return {
        "survey": wave.survey_id,
        "title": named(definition.title.get("en", ""), agency),
        "wave": wave.id,
        "name": wave.name,
        "opens": wave.opens.isoformat(),
        "closes": wave.closes.isoformat() if wave.closes else "",
        "version": wave.version,
        "k": k,
        "cuts": cuts,
        "crossings": [list(one) for one in declared.division.crossings],
        "asked": declared.heads.get("whole", {}).get(""),
        "comments": "review" if comments else NOT_SHOWN,
        "questions": _wordings(definition, agency),
    }


def _wordings(definition: Definition, agency: str) -> dict[str, dict[str, Any]]:
    """Every answer id with its question as it was asked, its theme and its answers."""
    found = {}
    for question in definition.questions():
        if question.concept.startswith(employee.CUT) or question.kind == "note":
            continue
        text = named(question.wording.get("en") or next(iter(question.wording.values()), question.id), agency)
        options = [[option.code, named(option.label.get("en", option.code), agency)] for option in question.options]
        rows: Mapping[str, str] = {row.id: row.label.get("en", row.id) for row in question.rows} or {question.id: ""}
        for name, row in rows.items():
            found[name] = {"text": f"{text} {named(row, agency)}".strip(), "kind": question.kind, "theme": question.concept, "options": options}
    return found


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def withhold(house: House, wave_id: str, who: str, *, question: str = "", cut: str = "", reason: str = "") -> str:
    """A correction that withholds a question or a cut (or both together) of a frozen wave: a new release that names the one it replaces.

    Answers are gone by then, so a correction can only show less; what stays is part of what was shown before and tells nothing new.
    """
    releases = StaffReleases(house.records)
    found = next(iter(releases.of_wave(wave_id)), None)
    if found is None or not (question or cut):
        raise ScopeError("Say which question or which way to divide is to be withheld.")
    made = employee_release.restore(found.content, found.sha256)
    gone = [row for row in made.rows if _meant(row, question, cut)]
    if not gone:
        raise ScopeError("Nothing of that kind is shown.")
    about = {**made.about, "corrected": [*made.about.get("corrected", []), {"question": question, "cut": cut, "reason": reason[:300]}]}
    fewer = employee_release.fewer(made, about, lambda row: not _meant(row, question, cut))
    with house.records.write() as session:
        return releases.freeze(session, found.survey_id, wave_id, fewer.content, sha256=fewer.checksum, who=who)


def _meant(row: tuple[Any, ...], question: str, cut: str) -> bool:
    """Whether a row is of this question and this cut; crossings go with their cut."""
    return (not question or row[0] == question) and (not cut or cut in str(row[2]).split("*"))
