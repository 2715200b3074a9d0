"""Which charts may stand on other sites? Those of the public pages that rest on a published table, asked as anybody would who is not signed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.access.principal import ANYONE
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.schema.answer import Answer
from dashboard.schema.questions import EMPLOYEE
from dashboard.schema.scope import Scope
from dashboard.services import force, force_changes, force_rates, force_severity, open_data, public_tests, published, published_places, releases
from dashboard.services.accountability import appeals, cameras, findings, funnel, times
from dashboard.services.employee import showing
from dashboard.services.house import House as TheHouse
from dashboard.services.open_staff import STAFF
from dashboard.services.open_tables import SURVEY, OpenTable, survey_name
from dashboard.services.surveys import contact, matters, trust
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

Asked = Callable[["House", Scope, str], Answer]
COMMUNITY, CONTACT = "community", "post_contact"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its name in addresses, title in lists, the published table it rests on (or the family of surveys), its page, and how it is asked.

    `ask` gets the slice, and of a survey its id. Pictures are numbered from 2 on in addresses, so no name ends in such a number.
    """

    name: str
    title: str
    table: str
    page: str
    ask: Asked

    def of(self, table: str, family: str) -> bool:
        """Whether it rests on this table, which is one of a survey of this family or (empty) one of counts."""
        return self.table == (family or table)


@dataclass(frozen=True, slots=True)
class Framed:
    """A chart as another site shows it: its answer, the table in force, and the slice that was asked for."""

    chart: Chart
    answer: Answer
    table: OpenTable
    period: str = ""
    district: str = ""

    @property
    def slice(self) -> str:
        """The slice as it stands in an address; nothing for the whole."""
        chosen = {"period": self.period, "district": self.district}
        return urlencode({name: text for name, text in chosen.items() if text})

    def at(self, place: int = 0) -> str:
        """The address of one of the answer's pictures."""
        number = f"-{place + 1}" if place else ""
        return f"/embed/{self.table.name}/{self.chart.name}{number}{'?' if self.slice else ''}{self.slice}"


def _counts(ask: Callable[[House, Scope], Answer]) -> Asked:
    """A chart of counts."""
    return lambda house, scope, _: ask(house, scope)


def _decision(key: str) -> Asked:
    """One decision after a stop."""
    return lambda house, scope, _: published.decision(house, scope, key)


def _policy(house: House, scope: Scope, _: str) -> Answer:
    """What followed the change of policy that the page shows first."""
    return force_changes.followed(house, scope, next(iter(force_changes.names(house)), ""))


def _trust(measure: str) -> Asked:
    """One measure of trust over time."""
    return lambda house, _, survey: trust.over_time(house, measure, survey)


def _trust_by(measure: str, cut: str) -> Asked:
    """One measure of trust by area, group and so on."""
    return lambda house, _, survey: trust.by_group(house, measure, cut, survey)


def _survey(ask: Callable[[House, str], Answer]) -> Asked:
    """A chart of one survey."""
    return lambda house, _, survey: ask(house, survey)


def _staff(house: House, _: Scope, table: str) -> Answer:
    """The whole staff's numbers of one wave that HR shows to everybody."""
    return showing.of_release(house, open_data.table(house, table).release)


def _declared() -> Iterator[Chart]:
    """Every chart there can be."""
    yield Chart("who-is-stopped", "Who is stopped, compared with who was there", "stops", "stops#stop", _counts(public_tests.stopped))
    yield Chart("search", "Who is searched", "stops", "stops#search", _decision("search"))
    yield Chart("find", "What searches find", "stops", "stops#search", _decision("find"))
    yield Chart("arrest", "Who is arrested", "stops", "stops#arrest", _decision("arrest"))
    yield Chart("search-by-district", "Stops with a search, by district", "stops", "stops#districts", _counts(published_places.answer))
    yield Chart("daylight", "Stops in daylight and in the dark", "stops", "stops#darkness", _counts(public_tests.at_night))
    yield Chart("volume", "Stops by year and by group", "stops", "stops", _counts(published.volume))
    yield Chart("force", "Incidents with force", "force_incidents", "use-of-force", _counts(force.over_time))
    yield Chart("force-rates", "Force on each group", "force_people", "use-of-force#groups", _counts(force_rates.side_by_side))
    yield Chart("techniques", "Which force is used", "force_incidents", "use-of-force#techniques", _counts(force.techniques))
    yield Chart("severity", "How severe force is", "force_people", "use-of-force#techniques", _counts(force_severity.levels))
    yield Chart("deescalation", "De-escalation before force", "force_incidents", "use-of-force#deescalation", _counts(force.deescalation))
    yield Chart("reasons", "Why force was used", "force_incidents", "use-of-force#deescalation", _counts(force.reasons))
    yield Chart("injuries", "Who was hurt", "force_people", "use-of-force#injury", _counts(force.injuries))
    yield Chart("policy", "What followed a change of policy", "force_incidents", "use-of-force#policy", _policy)
    yield Chart("banned", "Banned techniques", "force_incidents", "use-of-force#policy", _counts(force_changes.banned))
    yield Chart("complaints", "Complaints and how they are decided", "complaints", "complaints#funnel", _counts(funnel.answer))
    yield Chart("time-to-decide", "Time until a complaint is decided", "complaints", "complaints#time", _counts(times.to_decision))
    yield Chart("who-complained", "Complaints by who complained", "complaints", "complaints#who", _counts(funnel.by_complainant))
    yield Chart("complaints-by-group", "Complaints by group", "complaints", "complaints#who", _counts(funnel.by_group))
    yield Chart("allegations", "Allegations and decisions", "complaint_allegations", "complaints#allegations", _counts(findings.by_allegation))
    yield Chart("discipline", "Discipline for sustained allegations", "complaint_discipline", "complaints#discipline", _counts(findings.discipline))
    yield Chart("appeals", "Appeals and how they ended", appeals.TABLE, "complaints#discipline", _counts(appeals.answer))
    yield Chart("cameras", "Body cameras on or off", "camera_activations", "complaints#cameras", _counts(cameras.active))
    yield Chart("footage", "Time until footage is released", "camera_activations", "complaints#cameras", _counts(times.to_release))
    for measure, words in trust.labels().items():
        yield Chart(f"trust-{measure.lower()}", words, COMMUNITY, "trust", _trust(measure))
        for cut, divided in trust.cut_labels().items():
            name, title = f"trust-{measure.lower()}-by-{cut}", f"{words} by {divided.lower()}"
            yield Chart(name, title, COMMUNITY, "trust#groups", _trust_by(measure, cut))
    yield Chart("elements", "Elements of trust", COMMUNITY, "trust#elements", _survey(trust.elements))
    yield Chart("importance", "What goes with trust", COMMUNITY, "trust#importance", _survey(matters.what_matters))
    yield Chart("staff", "What our own people say", EMPLOYEE, "our-people", _staff)
    yield Chart("contact", "How people rate their contact", CONTACT, "#contact", lambda house, _, survey: contact.experience(house))


CHARTS: Mapping[str, Chart] = {one.name: one for one in _declared()}


def _family(house: House, table: str) -> tuple[str, str]:
    """Family and id of the survey that a table holds (of a wave of a staff survey its name); empty for tables of counts."""
    if table.startswith(STAFF):
        return EMPLOYEE, table
    for family in open_data.FAMILIES if table.startswith(SURVEY) else ():
        for survey in Surveys(house.records).titles(family):
            if survey_name(survey) == table:
                return family, survey
    return "", ""


def framed(house: House, table: str, name: str, period: str = "", district: str = "") -> Framed:
    """The chart of this name over this published table; released numbers only, whoever asks.

    ScopeError for a table, chart, year or district that is not published; NotEnoughData while there is nothing to show.
    """
    anyone = TheHouse(house.home, visitor=ANYONE)
    found, chart = open_data.table(anyone, table), CHARTS.get(name)
    family, survey = _family(anyone, table)
    if chart is None or not chart.of(table, family):
        raise ScopeError(f"There is no chart '{name[:60]}' of this table.", hint="The page Open data lists every chart there is.")
    answer = chart.ask(anyone, _slice(anyone, period, district), survey)
    if not answer.public or not answer.pictures:
        raise NotEnoughData("This chart is not published now.", hint="The page Open data lists every chart there is.")
    return Framed(chart, answer, found, period, district)


def _slice(house: House, period: str, district: str) -> Scope:
    """One published year, one published district, or the whole."""
    if not period and not district:
        return Scope()
    edition = releases.in_force(house)
    for name, word in (("year", period), ("district", district)):
        if word and not any(word in one.levels for table in edition.tables for one in table.dimensions if one.name == name):
            raise ScopeError(f"Nothing is published for the {name} '{word[:60]}'.")
    first, last = (dt.date(int(period), 1, 1), dt.date(int(period), 12, 31)) if period else (None, None)
    return Scope(first, last, (district,) if district else ())


def listing(house: House) -> dict[str, str]:
    """The charts over the tables in force, 'table/name' -> title; whether one has something to show now is known when it is asked."""
    found = {}
    tables = open_data.tables(house)
    many = sum(one.name.startswith((SURVEY, STAFF)) for one in tables) > 3
    for table in tables:
        family, _ = _family(house, table.name)
        for chart in CHARTS.values():
            if chart.of(table.name, family):
                found[f"{table.name}/{chart.name}"] = f"{chart.title} ({table.title})" if family and many else chart.title
    return found


def table_of(house: House, name: str, release: str) -> str:
    """The published table that this chart rests on; `release` tells one survey from another. Empty where it is not published."""
    wanted = CHARTS[name].table
    of_survey = wanted in {*open_data.FAMILIES, EMPLOYEE}
    found = (one.name for one in open_data.tables(house) if wanted == one.name or (of_survey and one.release == release))
    return next(found, "")


def allowed(house: House) -> tuple[str, ...]:
    """The sites that may show a chart in a frame, as the agency set them."""
    return tuple(one for one in house.settings.text("open_data.framed_by").split(", ") if one)
