"""The sample agency's surveys, stored as the form stores them, and their results frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dashboard.schema import bank
from dashboard.schema.questions import Definition, Option, Question
from dashboard.services.surveys import closing, standing
from dashboard.store import intake, margins
from dashboard.store.answers import Answers
from dashboard.store.comments import RELEASED
from dashboard.store.surveys import Surveys
from data_sources.sample import opinions, truth

if TYPE_CHECKING:
    from dashboard.services.house import House

COMMUNITY, CONTACT, NEXT = "riverton-community", "riverton-contact", "riverton-next"
TITLES = {COMMUNITY: "Riverton community survey", CONTACT: "After a contact"}
MOST_READ, RELEASED_A_THEME = 20_000, 9
KIND = Question(
    id="contact_type",
    kind="single",
    concept="contact_type",
    wording={"en": "What kind of contact was it?", "es": "¿Qué tipo de contacto fue?"},
    options=(
        Option(code="traffic_stop", label={"en": "Traffic stop", "es": "Control de tráfico"}),
        Option(code="call_for_service", label={"en": "I called for help", "es": "Llamé para pedir ayuda"}),
        Option(code="report_taken", label={"en": "I made a report", "es": "Hice una denuncia"}),
        Option(code="event", label={"en": "An event", "es": "Un evento"}),
    ),
)


def make(house: House, who: str, scale: float = 1.0) -> None:
    """Store all waves of both surveys, freeze their results, and open one survey that visitors can try. Nothing when it is there already."""
    surveys = Surveys(house.records)
    if any(one.id == NEXT for one in surveys.all()):
        return
    margins.keep(house.home, margins.Margins("Riverton sample census 2022", opinions.margins()))
    final = bank.template("community", truth.DISTRICTS)
    _store(house, COMMUNITY, (_four_answers(final), final), opinions.community(scale=scale), who)
    contact = bank.template("post_contact", truth.DISTRICTS)
    first = contact.sections[0].model_copy(update={"questions": (KIND, *contact.sections[0].questions)})
    contact = contact.model_copy(update={"sections": (first, *contact.sections[1:])})
    _store(house, CONTACT, (contact,), opinions.contacts(scale=scale), who)
    _review(house, who)
    _open(house, final, who)


def _review(house: House, who: str) -> None:
    """What a reviewer would have released by now: of the last year some comments of every theme out of which nothing had to be taken."""
    store, surveys = standing.comments(house), Surveys(house.records)
    last = [wave.id for name in (COMMUNITY, CONTACT) for wave in surveys.waves(name)[-4:]]
    clean = {one.redacted: one for one in store.waiting(most=MOST_READ, wave_ids=last) if one.themes and not one.marks}
    ordered = sorted(clean.values(), key=lambda one: hashlib.sha256(one.redacted.encode()).hexdigest())
    chosen: dict[str, None] = {}
    for theme in {theme for one in ordered for theme in one.themes}:
        chosen |= dict.fromkeys([one.id for one in ordered if theme in one.themes][:RELEASED_A_THEME])
    store.judge(list(chosen), RELEASED, who, purge=True)


def _four_answers(final: Definition) -> Definition:
    """The first version: the overall question had four answers."""
    sections = []
    for section in final.sections:
        asked = [one.model_copy(update={"options": one.options[:4]}) if one.id == "C1" else one for one in section.questions]
        sections.append(section.model_copy(update={"questions": tuple(asked)}))
    return final.model_copy(update={"sections": tuple(sections)})


def _store(house: House, name: str, versions: tuple[Definition, ...], waves: Iterable[opinions.Wave], who: str) -> None:
    """All waves of one survey."""
    surveys, answers = Surveys(house.records), Answers(house.records)
    if not any(one.id == name for one in surveys.all()):
        surveys.new(versions[0], TITLES[name], who, name=name)
    there = {wave.id: wave for wave in surveys.waves(name)}
    for made in waves:
        wave_id = f"{name[9:]}-{made.name}"
        if wave_id in there and there[wave_id].state == "closed":
            continue
        if wave_id not in there:
            surveys.keep_draft(name, versions[made.version - 1])
            surveys.launch(name, made.name, who, opens=made.opens, closes=made.closes, wave_id=wave_id)
            rows = [{"answers": g.answers, "channel": g.channel, "language": g.language, "week": g.week, "flags": g.flags} for g in made.given]
            answers.add(wave_id, None, rows)
            area = [(g, question, text) for g in made.given for question, text in g.comments.items()]
            answers.add_comments([intake.new_comment(wave_id, question, text, str(g.answers.get("C19", ""))) for g, question, text in area])
            answers.add_follow_ups(name, [(*g.follow_up, "", g.week) for g in made.given if g.follow_up[1]])
            if made.invited:
                surveys.note_invited(wave_id, made.invited)
        surveys.close(wave_id, who, made.closes)
    closing.finish(house, name, who)


def _open(house: House, final: Definition, who: str) -> None:
    """A survey that is open now, so that its form can be tried."""
    surveys = Surveys(house.records)
    from dashboard.services.forms import today

    made = final.model_copy(
        update={"title": {"en": "Riverton community survey, this quarter", "es": "Encuesta a la comunidad de Riverton, este trimestre"}}
    )
    surveys.new(made, made.title["en"], who, name=NEXT)
    surveys.launch(NEXT, "this quarter", who, opens=today(house))
    surveys.add_channel(NEXT, "Website", "web", code="riverton")
