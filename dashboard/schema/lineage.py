"""May two waves stand on one trend line? A question knows by its hashes whether it is still the same question."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.schema.questions import Definition, Question


@dataclass(frozen=True, slots=True)
class Break:
    """Why a line stops between two versions of a question: `kind` is 'scale' or 'wording', `sentence` is for people."""

    question: str
    kind: str
    sentence: str


def same_line(before: Question, after: Question) -> Break | None:
    """None when both may stand on one line. A changed scale always breaks it; a changed wording unless an editor recorded why it is comparable."""
    if before.scale_hash() != after.scale_hash():
        return Break(after.id, "scale", f"The answers to choose from changed ({after.id}), so earlier numbers cannot be compared.")
    shared = [language for language in before.wording if after.wording.get(language)]
    changed = [language for language in shared if before.wording_hash(language) != after.wording_hash(language)]
    if (changed or not shared) and not after.comparable:
        return Break(after.id, "wording", f"The question was worded anew ({after.id}), so earlier numbers cannot be compared.")
    return None


def breaks(before: Definition, after: Definition, names: tuple[str, ...]) -> list[Break]:
    """Which of these questions stop their line between two versions of a survey? One asked in only one of them stops it too."""
    found = []
    for name in names:
        old, new = before.question(name), after.question(name)
        if old is None and new is None:
            continue
        if old is None or new is None:
            found.append(Break(name, "wording", f"The question {name} was asked in only one of the two waves."))
        elif (one := same_line(old, new)) is not None:
            found.append(one)
    return found


def reworded(launched: Definition, draft: Definition) -> list[str]:
    """Which launched questions does a draft change in place? They need a new version."""
    found = []
    for question in draft.questions():
        old = launched.question(question.id)
        if old is not None and old.version == question.version and _differs(old, question):
            found.append(question.id)
    return found


def _differs(old: Question, new: Question) -> bool:
    """Whether wording or scale differ. A language that was added words nothing anew."""
    shared = [one for one in old.wording if old.wording.get(one) and new.wording.get(one)]
    return old.scale_hash() != new.scale_hash() or not shared or any(old.wording_hash(one) != new.wording_hash(one) for one in shared)


def versioned(launched: Question | None, draft: Question) -> Question:
    """A drafted question with the version it has to carry: the next one where what was asked is changed, the same where it is not."""
    if launched is None:
        return draft
    return draft.model_copy(update={"version": launched.version + _differs(launched, draft)})
