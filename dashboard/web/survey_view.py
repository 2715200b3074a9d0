"""How does one page of a survey look to a respondent? Plain HTML from the survey, the language, and everything typed so far."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import HTMLResponse

from dashboard.schema.answering import FormPage, asked, options_in_order, pages, preceding, rows_in_order
from dashboard.schema.questions import LONGEST, Question
from dashboard.services.forms import Form
from dashboard.web import plain
from dashboard.web.words import words

SHEET = "survey.css"
IDLE = 90  # seconds without a touch until a kiosk starts again
AGAIN = 8  # seconds a kiosk shows the receipt
RESET = (
    "(function(){var t;function again(){location.replace(location.pathname.split('/').slice(0,3).join('/')+'?kiosk=1')}"
    f"function wait(){{clearTimeout(t);t=setTimeout(again,{IDLE}000)}}"
    "['pointerdown','keydown','input','scroll'].forEach(function(e){addEventListener(e,wait,{passive:true})});wait()})()"
)
RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a form: page number (from 0), language, key of this load, what was typed, what is wrong, and how the form is used."""

    form: Form
    language: str
    key: str
    page: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    general: str = ""
    kiosk: bool = False
    token: str = ""
    kept: bool = False


def _limits(question: Question) -> dict[str, object]:
    """What sentences about a question may name."""
    low = 0 if question.low is None else question.low
    return {"pick": question.pick, "longest": LONGEST.get(question.kind, 0), "low": f"{low:g}", "high": f"{question.high or 0:g}"}


def typed_of(page: FormPage, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the fields of a page show for stored answers."""
    names = [name for question in page.questions for name in question.answer_ids()]
    found = {name: answers[name] for name in [*names, "follow_name", "follow_phone"] if name in answers}
    return {name: [str(one) for one in value] if isinstance(value, list) else [str(value)] for name, value in found.items()}


def _note(question: Question, form: Form, language: str) -> str:
    """The small print under a question."""
    said, limits = words(language), _limits(question)
    notes = [form.say(question.help, language)] if question.help else []
    if question.required:
        notes.append(f"({said['required']})")
    if question.kind == "multi":
        notes.append(said["pick"].format(**limits) if question.pick else said["choose_all"])
    if question.kind == "ten":
        notes.append(said["ten_low"])
    if question.kind == "rating":
        notes.append(said["rating_low"])
    return " ".join(notes)


def _options(question: Question, visit: Visit) -> list[tuple[str, str]]:
    """The answers to choose from, in words."""
    if question.kind == "ten":
        return [(str(number), str(number)) for number in range(11)]
    if question.kind == "rating":
        return [(str(number), str(number)) for number in range(1, 6)]
    return [(one.code, visit.form.say(one.label, visit.language)) for one in options_in_order(question, visit.key)]


def _asked(question: Question, visit: Visit) -> dict[str, object]:
    """One question, ready for the template."""
    said = words(visit.language)
    mistakes: defaultdict[str, str] = defaultdict(str)
    for name in [*question.answer_ids(), *(("follow_phone",) if question.concept == RECOVERY else ())]:
        if name in visit.mistakes:
            mistakes[name] = said[f"error_{visit.mistakes[name]}"].format(**_limits(question))
    typed: defaultdict[str, Sequence[str]] = defaultdict(tuple, visit.typed)
    return {
        "id": question.id,
        "kind": question.kind,
        "wording": visit.form.say(question.wording, visit.language),
        "note": _note(question, visit.form, visit.language),
        "options": _options(question, visit),
        "reasons": [(code, said[code]) for code in question.missing_codes()],
        "rows": [(row.id, visit.form.say(row.label, visit.language)) for row in rows_in_order(question, visit.key)],
        "typed": typed,
        "mistakes": mistakes,
        "recovery": question.concept == RECOVERY,
    }


def _errors(visit: Visit, questions: list[dict[str, object]]) -> list[tuple[str, str]]:
    """The list at the top: where, and what."""
    found = [(name, text) for one in questions for name, text in one["mistakes"].items()]  # type: ignore[attr-defined]
    return [("", words(visit.language)[f"error_{visit.general}"]), *found] if visit.general else found


def _frame(visit: Visit) -> dict[str, Any]:
    """What every page of a form shares."""
    form = visit.form
    languages = [(code, words(code)["name"]) for code in form.definition.languages] if len(form.definition.languages) > 1 else []
    return {
        "language": visit.language,
        "words": words(visit.language),
        "languages": languages,
        "title": form.say(form.definition.title, visit.language),
        "agency": form.agency,
        "kiosk": visit.kiosk,
        "draft": form.draft,
        "refresh": "",
    }


def form_page(visit: Visit, *, status: int = 200) -> HTMLResponse:
    """One page of the form."""
    form, said = visit.form, words(visit.language)
    every = pages(form.definition)
    here = every[visit.page]
    questions = [_asked(question, visit) for question in asked(here, visit.answers)]
    promise = "contact" if form.definition.family == "post_contact" else "community"
    first = visit.page == 0
    address = f"/s/preview/{form.survey_id}" if form.draft else f"/s/{form.code}"
    values = _frame(visit) | {
        "action": address,
        "errors": _errors(visit, questions),
        "purpose": form.say(form.definition.purpose, visit.language) if first else "",
        "kept": said[f"{promise}_kept"],
        "not_kept": said[f"{promise}_not_kept"],
        "pages": len(every),
        "page": visit.page + 1,
        "progress": said["progress"].format(page=visit.page + 1, pages=len(every)),
        "section": form.say(here.section.title, visit.language) if here.section.title else "",
        "section_text": form.say(here.section.text, visit.language) if here.section.text else "",
        "questions": questions,
        "key": visit.key,
        "token": visit.token,
        "carried": json.dumps(dict(visit.answers), ensure_ascii=False) if form.draft else "",
        "last": visit.page == len(every) - 1,
        "has_before": preceding(form.definition, visit.answers, visit.page) is not None,
        "link": f"/s/{form.code}/{visit.key}" if visit.kept and not visit.kiosk else "",
    }
    script = RESET if visit.kiosk else ""
    return plain.page("survey_form.html", status=status, sheet=SHEET, script=script, framed=form.draft, **values)


def receipt(visit: Visit, number: str, *, again: bool = False) -> HTMLResponse:
    """The answers are stored: said only after the commit."""
    form, said = visit.form, words(visit.language)
    texts = [said["preview_done"]] if form.draft else [said["done_receipt"].format(receipt=number)]
    if again:
        texts.append(said["done_again"])
    if form.definition.thanks:
        texts.append(form.say(form.definition.thanks, visit.language))
    start = f"/s/{form.code}?kiosk=1"
    values: dict[str, Any] = {"heading": said["done_title"], "texts": texts, "link": "", "link_text": ""}
    if visit.kiosk:
        values |= {"texts": [*texts, said["kiosk_again"]], "link": start, "link_text": said["start_again"], "refresh": f"{AGAIN};url={start}"}
    return plain.page("survey_message.html", sheet=SHEET, framed=form.draft, **(_frame(visit) | values))


def message(language: str, name: str, *, status: int, link: str = "", **values: str) -> HTMLResponse:
    """A page that says one thing, such as that the survey is closed."""
    said = words(language)
    texts = [said[f"{name}_text"].format(**values)]
    more: dict[str, Any] = {"link": link, "link_text": said["start_again"], "refresh": "", "language": language}
    return plain.page("survey_message.html", status=status, sheet=SHEET, heading=said[f"{name}_title"], texts=texts, **more)
