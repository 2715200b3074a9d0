"""How does one page of a survey look to a respondent? Plain HTML from the survey, the language, and everything typed so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from dashboard.schema import phrases
from dashboard.schema.answering import FormPage, counted, pages, preceding, visible
from dashboard.schema.questions import Section
from dashboard.services.forms import Form
from dashboard.web import plain
from dashboard.web.survey_question import RECOVERY, Asked, Reader, ask
from dashboard.web.survey_script import AGAIN, RESET

__all__ = ["RECOVERY", "Visit", "form_page", "message", "receipt"]

SHEET = "survey.css"
OUR_PEOPLE = "/our-people"  # the page that tells staff what was done


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a form: page number (from 0), language, key of this load, what was answered before, what is typed here, what is wrong."""

    form: Form
    language: str
    key: str
    page: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    general: str = ""
    token: str = ""
    kept: bool = False

    @property
    def pages(self) -> list[FormPage]:
        """The pages as this respondent sees them."""
        return pages(self.form.definition, self.key)

    @property
    def here(self) -> FormPage:
        """The page looked at; after the last one a page without questions, where what is left is to send."""
        every = self.pages
        return every[self.page] if self.page < len(every) else FormPage(Section(), ())


def _direction(language: str) -> str:
    """How the language runs."""
    return "rtl" if language.partition("-")[0] in phrases.RIGHT_TO_LEFT else "ltr"


def _frame(form: Form, language: str) -> dict[str, Any]:
    """What every page of a form shares."""
    offered = form.definition.languages if len(form.definition.languages) > 1 else ()
    return {
        "language": language,
        "direction": _direction(language),
        "words": form.phrases(language),
        "languages": [(code, form.phrases(code)["name"], _direction(code)) for code in offered],
        "title": form.say(form.definition.title, language),
        "agency": form.agency,
        "kiosk": form.kiosk,
        "draft": form.draft,
        "refresh": "",
    }


def _promise(form: Form, language: str) -> dict[str, list[str]]:
    """What is kept, and what is not: before the first question, and true of how this very form is set. Of staff it was fixed with the wave."""
    nothing: dict[str, list[str]] = {"kept": [], "not_kept": [], "shown": [], "limits": []}
    if form.of_staff:
        fixed: Mapping[str, Sequence[str]] = form.promise.get(language) or next(iter(form.promise.values()), {})
        return nothing | {name: list(texts) for name, texts in fixed.items()}
    said, survey = form.phrases(language), form.definition
    family = "contact" if survey.family == "post_contact" else "community"
    kept = [said[f"{family}_kept"]]
    if len(pages(survey)) > 1 and not form.kiosk:
        kept.append(said["half_kept"])
    if survey.once_per_device and not form.kiosk:
        kept.append(said["device_kept"])
    if survey.invited_only:
        kept.append(said["invited_kept"])
    return nothing | {"kept": kept, "not_kept": [said[f"{family}_not_kept"]]}


def _errors(visit: Visit, questions: Sequence[Asked]) -> list[tuple[str, str]]:
    """The list at the top: which field, and what."""
    general = [("", visit.form.phrases(visit.language)[f"error_{visit.general}"])] if visit.general else []
    return general + [wrong for one in questions for wrong in one.wrong()]


def _link(visit: Visit) -> str:
    """The private link to go on later; none on a shared device."""
    if not visit.kept or visit.form.kiosk or visit.form.carries:
        return ""
    token = f"?{urlencode({'t': visit.token})}" if visit.token else ""
    return f"/s/{visit.form.code}/{visit.key}{token}"


def form_page(visit: Visit, *, status: int = 200) -> HTMLResponse:
    """One page of the form."""
    form, said, every = visit.form, visit.form.phrases(visit.language), visit.pages
    here, given = visit.here, counted(form.definition, visit.answers)
    number = min(visit.page + 1, len(every))
    reader = Reader(form, visit.language, visit.key)
    shown = [one for one in here.questions if visible(one, given) or any(name in visit.typed for name in one.stored_ids())]
    questions = [ask(one, reader, visit.typed, visit.mistakes) for one in shown]
    begins = preceding(form.definition, visit.answers, visit.page) is None
    needed = any(one.required for one in form.definition.questions())
    values = _frame(form, visit.language) | {
        "action": form.preview_at() if form.draft else f"/s/{form.code}",
        "errors": _errors(visit, questions),
        "purpose": form.say(form.definition.purpose, visit.language) if begins else "",
        **_promise(form, visit.language),
        "support": list(form.support) if number == len(every) else [],
        "optional": (said["optional_but"] if needed else said["optional"]) if begins else "",
        "pages": len(every),
        "page": visit.page + 1,
        "done": number,
        "progress": said["progress"].format(page=number, pages=len(every)),
        "ready": said["ready"] if visit.page >= len(every) else "",
        "section": form.say(here.section.title, visit.language) if here.section.title else "",
        "section_text": form.say(here.section.text, visit.language) if here.section.text else "",
        "questions": questions,
        "credits": list(dict.fromkeys(one.credit for one in shown if one.credit)),
        "key": visit.key,
        "token": visit.token,
        "carried": json.dumps(dict(visit.answers), ensure_ascii=False) if form.carries else "",
        "last": visit.page >= len(every) - 1,
        "has_before": not begins,
        "link": _link(visit),
    }
    script = RESET if form.kiosk else ""
    return plain.page("survey_form.html", status=status, sheet=SHEET, script=script, framed=form.draft, **values)


def receipt(visit: Visit, number: str, *, again: bool = False) -> HTMLResponse:
    """The answers are stored: said only after the commit."""
    form, said = visit.form, visit.form.phrases(visit.language)
    stored = said["staff_once"] if form.of_staff else said["done_receipt"].format(receipt=number)
    texts = [said["preview_done"]] if form.draft else [stored]
    if again and not form.of_staff:
        texts.append(said["done_again"])
    if form.definition.thanks:
        texts.append(form.say(form.definition.thanks, visit.language))
    if form.support:
        texts += [said["staff_support"], *form.support]
    heading = said["staff_done_title" if form.of_staff and not form.draft else "done_title"]
    values: dict[str, Any] = {"heading": heading, "texts": texts, "link": "", "link_text": ""}
    if form.followed:
        values |= {"link": OUR_PEOPLE, "link_text": said["staff_did"]}
    if form.kiosk:
        start = f"/s/{form.code}"
        values |= {"texts": [*texts, said["kiosk_again"]], "link": start, "link_text": said["start_again"], "refresh": f"{AGAIN};url={start}"}
    if form.draft:
        values |= {"link": form.preview_at(lang=visit.language), "link_text": said["start_again"]}
    return plain.page("survey_message.html", sheet=SHEET, framed=form.draft, **(_frame(form, visit.language) | values))


def message(language: str, name: str, *, status: int, form: Form | None = None, link: str = "", **values: str) -> HTMLResponse:
    """A page that says one thing, such as that the survey is closed."""
    said = form.phrases(language) if form else phrases.phrases(language)
    about: dict[str, Any] = {"agency": form.agency} if form else {}
    about |= {"language": language, "direction": _direction(language), "refresh": "", "link": link, "link_text": said["start_again"]}
    about |= {"heading": said[f"{name}_title"], "texts": [said[f"{name}_text"].format(**values)]}
    return plain.page("survey_message.html", status=status, sheet=SHEET, framed=bool(form and form.draft), **about)
