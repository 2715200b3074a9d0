"""What is a survey made of: questions with their lineage, sections, languages, branching; and is it complete enough to be launched?

Question kinds: `single`, `multi`, `scale` (one row of a Likert scale), `grid` (several rows on one scale), `ten` (0 to 10), `rating` (1 to 5 stars),
`number`, `text`, `long_text`, `date` and `note` (a text without an answer).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.schema import phrases

Words = dict[str, str]
Kind = Literal["single", "multi", "scale", "grid", "ten", "rating", "number", "text", "long_text", "date", "note"]
Family = Literal["community", "post_contact", "event", "employee"]
EMPLOYEE = "employee"
MISSING = ("dont_know", "prefer_not", "not_applicable")  # no answer, with a reason: never part of a mean
LONGEST = {"text": 300, "long_text": 4000}
CHOICES = ("single", "multi", "scale", "grid", "ten", "rating")
BESIDE = "_other"  # behind the id of a question: what was written beside its answer "other"
LIMITS = {"ten": (0, 10), "rating": (1, 5)}


class _Frozen(BaseModel):
    """Checked when read, never changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One answer that can be chosen: its code and its words. `alone` excludes all others ("none of these"); `last` keeps its place at the end.

    Who chooses one that asks to `specify` ("Other, please say what") may write what they mean. That is a comment, never a part of the answer.
    """

    code: str
    label: Words
    alone: bool = False
    last: bool = False
    specify: bool = False


class Row(_Frozen):
    """One row of a grid: the id its answer is stored under, and its words."""

    id: str
    label: Words


class Condition(_Frozen):
    """Shown only if an earlier question was answered with one of these codes."""

    question: str
    any_of: tuple[str, ...]


class Question(_Frozen):
    """One question as it is asked. `concept` is what is measured over time; `version` counts its wordings; `source` and `licence` say whose it is.

    `credit` is the acknowledgement that its owner asks for: it is printed on the form and under the results.
    """

    id: str
    kind: Kind
    concept: str
    wording: Words
    version: int = 1
    help: Words = Field(default_factory=dict)
    scale: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    required: bool = False
    dont_know: bool = False
    prefer_not: bool = False
    not_applicable: bool = False
    pick: int = 0
    low: float | None = None
    high: float | None = None
    low_label: Words = Field(default_factory=dict)
    high_label: Words = Field(default_factory=dict)
    shuffled: bool = False
    show_if: Condition | None = None
    source: str = "Common Ground"
    licence: str = "CC0-1.0"
    credit: str = ""
    comparable: str = ""

    def wording_hash(self, language: str) -> str:
        """Equal for equal wording in this language: NFC, blanks collapsed, placeholders such as {agency} left as they are; empty without one.

        The words of the answers belong to the scale, in English; in any other language they are part of how the question is worded.
        """
        texts = [self.wording.get(language, ""), *(row.label.get(language, "") for row in self.rows)]
        if language != "en":
            texts += [option.label.get(language, "") for option in self.options]
        return _digest([_plain(text) for text in texts]) if texts[0] else ""

    def scale_hash(self) -> str:
        """Equal for equal answers: codes, English labels, order, the kinds of missing that are offered, the numbers allowed."""
        labels = [[option.code, _plain(option.label.get("en", ""))] for option in self.options]
        ends = [_plain(words.get("en", "")) for words in (self.low_label, self.high_label) if words]
        alone = [option.code for option in self.options if option.alone]
        more = [part for part in (ends, alone) if part]
        return _digest([self.kind, labels, self.dont_know, self.prefer_not, self.not_applicable, self.pick, self.low, self.high, *more])

    def answer_ids(self) -> tuple[str, ...]:
        """Under which names are its answers stored? One, or one a row of a grid; none for a note."""
        if self.kind == "note":
            return ()
        return tuple(row.id for row in self.rows) if self.kind == "grid" else (self.id,)

    @property
    def specified(self) -> Option | None:
        """The answer beside which people may write what they mean."""
        return next((option for option in self.options if option.specify), None) if self.kind in {"single", "multi"} else None

    def specified_id(self) -> str:
        """Under which name is kept what people write beside an answer? Empty where they cannot."""
        return f"{self.id}{BESIDE}" if self.specified else ""

    def written_ids(self) -> tuple[str, ...]:
        """Under which names do people write in their own words? What is kept under them is a comment."""
        return (self.id,) if self.kind in LONGEST else (self.specified_id(),) if self.specified else ()

    def stored_ids(self) -> tuple[str, ...]:
        """Every name under which something of this question is kept: its answers, and what is written beside one."""
        return tuple(dict.fromkeys((*self.answer_ids(), *self.written_ids())))

    def missing_codes(self) -> tuple[str, ...]:
        """The ways to give no answer that this question offers."""
        offered = (self.dont_know, self.prefer_not, self.not_applicable)
        return tuple(code for code, on in zip(MISSING, offered, strict=True) if on)

    def codes(self) -> tuple[str, ...]:
        """Every answer that another question may depend on; none where people write."""
        if self.kind in LIMITS:
            low, high = LIMITS[self.kind]
            return (*map(str, range(low, high + 1)), *self.missing_codes())
        return (*(option.code for option in self.options), *self.missing_codes()) if self.kind in CHOICES else ()

    def texts(self) -> Iterator[tuple[str, Words]]:
        """Every piece of text that a respondent reads, with where it stands."""
        yield f"{self.id}: the question", self.wording
        for what, words in (("note", self.help), ("words at the low end", self.low_label), ("words at the high end", self.high_label)):
            if words:
                yield f"{self.id}: its {what}", words
        for option in self.options:
            yield f"{self.id}: answer '{option.label.get('en', option.code)}'", option.label
        for row in self.rows:
            yield f"{self.id}: row '{row.label.get('en', row.id)}'", row.label


class Section(_Frozen):
    """One page of the form. With a `rotation` its questions change from wave to wave: one set after the other, and again from the first."""

    title: Words = Field(default_factory=dict)
    text: Words = Field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    shuffled: bool = False
    rotation: tuple[tuple[Question, ...], ...] = ()

    def depends_on_itself(self) -> bool:
        """Whether one of its questions depends on another of them."""
        own = {name for one in self.questions for name in one.answer_ids()}
        return any(one.show_if is not None and one.show_if.question in own for one in self.questions)

    def waiting(self) -> tuple[Question, ...]:
        """The questions of its rotation that are asked in other waves."""
        return tuple(one for some in self.rotation for one in some if one not in self.questions)


class Definition(_Frozen):
    """A whole survey. `purpose` says who asks and why, before the first question; what is kept and what is not follows from the family.

    `phrases` holds the form's own words ("Next", "Back") in languages that are not shipped: name of the phrase to its words.
    The results of one that is `staff_only` are never published.
    """

    title: Words
    purpose: Words
    thanks: Words = Field(default_factory=dict)
    family: Family = "community"
    languages: tuple[str, ...] = ("en",)
    sections: tuple[Section, ...] = ()
    once_per_device: bool = False
    staff_only: bool = False
    invited_only: bool = False
    phrases: dict[str, Words] = Field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        """Every question in order."""
        for section in self.sections:
            yield from section.questions

    def question(self, name: str) -> Question | None:
        """The question of that id."""
        return next((one for one in self.questions() if one.id == name), None)

    def texts(self) -> Iterator[tuple[str, Words]]:
        """Every piece of text that a respondent reads, with where it stands."""
        yield "the title", self.title
        yield "the purpose", self.purpose
        if self.thanks:
            yield "the thanks", self.thanks
        for number, section in enumerate(self.sections, 1):
            for what, words in (("title", section.title), ("text", section.text)):
                if words:
                    yield f"section {number}: its {what}", words
            for question in (*section.questions, *section.waiting()):
                yield from question.texts()

    def untranslated(self) -> list[str]:
        """What lacks words in one of the survey's languages: told to the author, never shown as a blank."""
        gaps = [f"{language}: {where}" for language in self.languages for where, words in self.texts() if not words.get(language, "").strip()]
        for language in self.languages:
            own = phrases.gaps(language, self.phrases, staff=self.family == EMPLOYEE)
            if own:
                gaps.append(f"{language}: {len(own)} of the form's own words, such as '{phrases.phrases('en')[own[0]]}'")
        return gaps

    def mistakes(self) -> list[str]:
        """What keeps this survey from being launched, each in one sentence; empty when nothing does."""
        from dashboard.schema import employee

        own = employee.faults(self) if self.family == EMPLOYEE else ()
        return [*_structure(self), *own, *(f"A translation is missing ({where})." for where in self.untranslated())]

    def as_json(self) -> Mapping[str, object]:
        """As it is stored."""
        return self.model_dump(mode="json", exclude_defaults=True)


def _structure(survey: Definition) -> Iterator[str]:
    """Mistakes of structure: no question, ids used twice, choices without answers, branching on what comes later."""
    asked = [one for one in survey.questions() if one.kind != "note"]
    if not asked:
        yield "The survey has no question yet."
    if any(not section.questions for section in survey.sections):
        yield "A section has no question: add one, or remove the section."
    seen: dict[str, Question] = {}
    for one in survey.questions():
        for name in one.stored_ids() or (one.id,):
            if name in seen:
                yield f"Two questions are stored as '{name}': give one another id."
            seen[name] = one
        if one.kind in {"single", "multi", "scale", "grid"} and len(one.options) < 2:
            yield f"{one.id} needs at least two answers to choose from."
        if one.kind == "grid" and not one.rows:
            yield f"{one.id} is a grid without rows."
        if len({option.code for option in one.options}) != len(one.options):
            yield f"{one.id} has two answers with one code."
        if one.low is not None and one.high is not None and one.low > one.high:
            yield f"{one.id} allows no number: its lowest is above its highest."
        if one.shuffled and one.kind == "scale":
            yield f"{one.id} is a scale, so its answers cannot stand in an order of chance."
        yield from (*_beside(one), *_branch(one, seen))
    for number, section in enumerate(survey.sections, 1):
        if section.shuffled and section.depends_on_itself():
            yield f"Page {number} asks in an order of chance, so none of its questions can depend on another of them."


def _beside(one: Question) -> Iterator[str]:
    """Mistakes of what may be written beside an answer."""
    if sum(option.specify for option in one.options) > (1 if one.kind in {"single", "multi"} else 0):
        yield f"{one.id} asks people to write beside an answer: that can be one answer, of a choice."


def _branch(one: Question, seen: Mapping[str, Question]) -> Iterator[str]:
    """Mistakes of one condition."""
    if one.show_if is None:
        return
    earlier = seen.get(one.show_if.question)
    if earlier is None or earlier is one:
        yield f"{one.id} depends on '{one.show_if.question}', which is not asked before it."
        return
    if not one.show_if.any_of or not set(one.show_if.any_of) <= set(earlier.codes()):
        yield f"{one.id} depends on an answer that {earlier.id} does not offer."


def _plain(text: str) -> str:
    """The text as it is compared: NFC, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _digest(content: object) -> str:
    """A short fingerprint."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:16]
