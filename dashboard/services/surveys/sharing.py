"""How does a survey reach people? A link of its own for every way, texts to post beside it, links for invited people that work once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError, StoreError
from dashboard.schema.questions import Definition
from dashboard.services.restricted import restricted
from dashboard.services.surveys import authors
from dashboard.store.audit import Audit
from dashboard.store.surveys import Channel, Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["KINDS", "Channel", "add_channel", "invitations", "invite", "share_text", "switch_channel"]

KINDS = {
    "web": "Website",
    "poster": "Poster",
    "newsletter": "Newsletter",
    "nextdoor": "Nextdoor",
    "facebook": "Facebook",
    "patrol_card": "Patrol card",
    "event": "Event",
    "text": "Text message",
    "email": "E-mail",
    "kiosk": "Shared tablet (kiosk)",
}
# (language, community?, kind) -> what to post; a post-contact survey is confidential, and never called anonymous
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "promise": "Anonymous, a few minutes",
        "promise_contact": "Confidential, a few minutes",
        "nextdoor": "Hello neighbors, {agency} would like to hear how it is doing here. {title}. {promise}: {link}",
        "facebook": "How are we doing? {title}. {promise}, and the results are published: {link}",
        "newsletter": "{title}\n\n{agency} would like to hear how it is doing. {promise}.\n{link}",
        "text": "{agency}: {title} {link}",
        "email": "Subject: {title}\n\n{agency} would like to hear from you. {promise}. Answer here:\n{link}",
        "": "{agency} asks: {title}. {promise}: {link}",
    },
    "es": {
        "promise": "Anónima, unos minutos",
        "promise_contact": "Confidencial, unos minutos",
        "nextdoor": "Hola, vecinos: {agency} quiere saber cómo lo está haciendo aquí. {title}. {promise}: {link}",
        "facebook": "¿Cómo lo estamos haciendo? {title}. {promise}, y los resultados se publican: {link}",
        "newsletter": "{title}\n\n{agency} quiere saber cómo lo está haciendo. {promise}.\n{link}",
        "text": "{agency}: {title} {link}",
        "email": "Asunto: {title}\n\n{agency} quiere conocer su opinión. {promise}. Responda aquí:\n{link}",
        "": "{agency} pregunta: {title}. {promise}: {link}",
    },
}


@restricted(Permission.MANAGE_SURVEYS)
def add_channel(house: House, survey_id: str, kind: str, name: str, who: str = "") -> Channel:
    """A link of its own for one way of asking."""
    if kind not in KINDS:
        raise ScopeError("Choose one of the ways to share.")
    authors.not_of_staff(house, survey_id, "An employee survey has one link, because several would divide people.")
    made = Surveys(house.records).add_channel(survey_id, name or KINDS[kind], kind)
    Audit(house.records).append(who, "survey link", survey_id, {"link": made.code, "name": made.name, "kind": kind})
    return made


@restricted(Permission.MANAGE_SURVEYS)
def switch_channel(house: House, code: str, who: str = "", *, off: bool) -> None:
    """Close one link, or open it again."""
    found = Surveys(house.records).behind(code)
    if found is not None:
        authors.opened(house, found[1].id)
    Surveys(house.records).switch_channel(code, off=off)
    Audit(house.records).append(who, "survey link closed" if off else "survey link opened", code)


@restricted(Permission.MANAGE_SURVEYS)
def invite(house: House, survey_id: str, rows: Sequence[Sequence[str]], address: str, who: str = "") -> list[list[str]]:
    """A list of people with a single-use link each. The list is not kept, only the hashes of the links: hand it on now."""
    surveys = Surveys(house.records)
    authors.opened(house, survey_id)
    channels = [one for one in surveys.channels(survey_id) if not one.off and one.kind != "kiosk"]
    if not channels:
        raise StoreError("The survey has no open link yet.", hint="Open it first, or add a link.")
    chosen = next((one for one in channels if one.kind == "email"), channels[0])
    tokens = surveys.invite(survey_id, len(rows))
    Audit(house.records).append(who, "survey invitations", survey_id, {"made": len(rows)})
    return [[*row, f"{address}/s/{chosen.code}?t={token}"] for row, token in zip(rows, tokens, strict=True)]


@restricted(Permission.MANAGE_SURVEYS)
def invitations(house: House, survey_id: str) -> tuple[int, int]:
    """How many invitations were made, and how many of them were used. Of staff nobody is told how many exactly."""
    authors.not_of_staff(house, survey_id, "How many invitations of staff were used is not shown: only how many answered, in steps of ten.")
    return Surveys(house.records).invitations(survey_id)


def share_text(kind: str, survey: Definition, agency: str, link: str, language: str = "en") -> str:
    """What to post beside the link, in a language. It promises what the form promises: a survey about a contact is confidential only."""
    words = TEXTS.get(language, TEXTS["en"])
    promise = words["promise_contact" if survey.family == "post_contact" else "promise"]
    title = survey.title.get(language) or next(iter(survey.title.values()), "")
    return words.get(kind, words[""]).format(agency=agency, title=title.rstrip("."), promise=promise, link=link)
