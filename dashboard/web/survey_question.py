"""One question, ready for the template: its words, its answers, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.schema.answering import options_in_order, rows_in_order
from dashboard.schema.questions import LIMITS, LONGEST, Question
from dashboard.services.forms import Form

RECOVERY = "recovery"  # the concept of the question whether somebody wants to be called
FOLLOW = ("follow_name", "follow_phone")
ONE_OF = {"single", "scale", "ten", "rating", "grid"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: which form, in which language, with which seed of every order of chance."""

    form: Form
    language: str
    seed: str

    def say(self, words: Mapping[str, str]) -> str:
        """A text of the survey in the reader's language."""
        return self.form.say(words, self.language)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to answer: the name it is sent under, the words of its row in a grid, what was typed, and the sentence about a mistake."""

    name: str
    label: str
    typed: tuple[str, ...]
    mistake: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the template prints it. `rows` is one field, or one a row of a grid; `reasons` are the ways to give no answer.

    `own_words` is what may be written beside the answer with the code `beside`.
    """

    id: str
    kind: str
    wording: str
    note: str
    required: bool
    one_of: bool
    wide: bool
    options: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    rows: tuple[Field, ...]
    follow: tuple[Field, ...]
    beside: str = ""
    own_words: Field | None = None

    @property
    def field(self) -> Field:
        """The field of a question that has only one."""
        return self.rows[0]

    def wrong(self) -> Iterator[tuple[str, str]]:
        """The id of the first control of every field with a mistake, and the sentence with the question it is about."""
        for one in self.rows:
            if one.mistake:
                yield f"f-{one.name}", f"{one.label or self.wording} {one.mistake}"
        for one in (*self.follow, *((self.own_words,) if self.own_words else ())):
            if one.mistake:
                yield f"f-{one.name}", one.mistake


def ask(question: Question, reader: Reader, typed: Mapping[str, Sequence[str]], mistakes: Mapping[str, str]) -> Asked:
    """The question for this respondent; `typed` and `mistakes` are by the name of the field."""
    said = reader.form.phrases(reader.language)
    labels = {row.id: reader.say(row.label) for row in rows_in_order(question, reader.seed)} if question.kind == "grid" else {question.id: ""}

    def made(name: str, label: str) -> Field:
        mistake = _mistake(question, mistakes[name], said) if name in mistakes else ""
        return Field(name, label, tuple(typed.get(name, ())), mistake)

    options = _options(question, reader)
    open_to = question.specified
    own_label = said["specify"].format(answer=reader.say(open_to.label)) if open_to else ""
    return Asked(
        question.id,
        question.kind,
        reader.say(question.wording),
        _note(question, reader),
        question.required,
        question.kind in ONE_OF,
        question.kind in {"scale", "grid"} and 3 <= len(options) + len(question.missing_codes()) <= 7,
        options,
        tuple((code, said[code]) for code in question.missing_codes()),
        tuple(made(name, label) for name, label in labels.items()) if question.kind != "note" else (),
        tuple(made(name, "") for name in FOLLOW) if question.concept == RECOVERY else (),
        open_to.code if open_to else "",
        made(question.specified_id(), own_label) if open_to else None,
    )


def _options(question: Question, reader: Reader) -> tuple[tuple[str, str], ...]:
    """The answers to choose from, in words."""
    if question.kind in LIMITS:
        low, high = LIMITS[question.kind]
        return tuple((str(number), str(number)) for number in range(low, high + 1))
    return tuple((one.code, reader.say(one.label)) for one in options_in_order(question, reader.seed))


def _limits(question: Question) -> dict[str, object]:
    """What sentences about a question may name."""
    low, high = ("" if one is None else f"{one:g}" for one in (question.low, question.high))
    return {"pick": question.pick, "longest": LONGEST.get(question.kind, LONGEST["text"]), "low": low, "high": high}


def _range(question: Question) -> str:
    """Which sentence names the numbers that are allowed."""
    if question.low is not None and question.high is not None:
        return "range"
    return "at_least" if question.low is not None else "at_most" if question.high is not None else "number"


def _mistake(question: Question, key: str, said: Mapping[str, str]) -> str:
    """The sentence about a mistake."""
    name = f"error_{_range(question)}" if key in {"out_of_range", "not_a_number"} else f"error_{key}"
    return said[name].format(**_limits(question))


def _note(question: Question, reader: Reader) -> str:
    """The small print under a question."""
    said, limits = reader.form.phrases(reader.language), _limits(question)
    notes = [reader.say(question.help)] if question.help else []
    if question.kind == "multi":
        how_many = said["pick"].format(**limits) if question.pick else said["choose_all"]
        if how_many not in reader.say(question.wording):  # some questions say it themselves
            notes.append(how_many)
    if question.kind in LIMITS:
        notes.append(_ends(question, reader))
    if question.kind == "number" and _range(question) != "number":
        notes.append(said[_range(question)].format(**limits))
    if question.kind == "date":
        notes.append(said["date"])
    if question.kind == "long_text":
        notes.append(said["longest"].format(**limits))
    if question.required:
        notes.append(f"({said['required']})")
    return " ".join(notes)


def _ends(question: Question, reader: Reader) -> str:
    """What the lowest and the highest number mean."""
    low, high = LIMITS[question.kind]
    if question.low_label and question.high_label:
        return f"{low} = {reader.say(question.low_label)}; {high} = {reader.say(question.high_label)}."
    return reader.form.phrases(reader.language)["ends"].format(low=low, high=high)
