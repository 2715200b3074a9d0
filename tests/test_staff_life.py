"""The whole life of a pulse on a real server, on both databases: HR launches it to sixty people, they answer by their links over HTTP, HR closes, and
what every role is sent is looked through: pages, routes, previews. Payloads, not pixels.
"""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import pytest

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.privacy import employee_release
from dashboard.schema.employee import Division
from dashboard.services.employee import account, closing, desk, inviting, launching, staff_list
from dashboard.services.forms import today
from dashboard.services.house import House
from dashboard.services.surveys import authoring, review
from dashboard.store.saved import Saved
from dashboard.store.staff_releases import StaffReleases
from dashboard.ui import menu
from tests.serving import Running, Tab, serving
from tests.store.conftest import home, postgres, records_url  # noqa: F401  fixtures

UNITS = ("Harborside", "Uplands", "Thistlegate", "Quarrybank")  # words that stand nowhere else
SIZES = (24, 18, 14, 4)  # four people at Quarrybank: never to be told apart
TITLE, WAVE = "Wrenpulse", "Fieldfare"
PEOPLE = ["", *ROLES]
MAY_READ = {"hr", "command"}


@dataclass
class Life:
    """What the test knows and the program must not tell."""

    running: Running
    survey: str
    wave: str
    code: str
    links: dict[str, str]
    answers: list[dict[str, Any]]
    while_open: dict[str, dict[str, str]]
    afterwards: dict[str, dict[str, str]]


def staff_csv() -> bytes:
    """The list of staff."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Name", "E-mail", "Unit", "Sworn"])
    number = 0
    for unit, size in zip(UNITS, SIZES, strict=True):
        for _ in range(size):
            writer.writerow([f"Person-{number:02d}", f"p{number:02d}@wren.example", unit, "no" if unit == UNITS[2] else "yes"])
            number += 1
    return out.getvalue().encode()


def sent_to(running: Running, role: str) -> dict[str, str]:
    """Everything that pages and routes send to one role."""
    token, found = running.token(role), {}
    for row in menu.PAGES:
        with Tab(running.address, token) as tab:
            found[row.name] = tab.open(row.address).text
    with httpx.Client(base_url=running.address, cookies={"cg_session": token} if token else {}) as client:
        for address in ("/data", "/health", "/account"):
            found[address] = client.get(address).text
    return found


def answer(client: httpx.Client, link: str, given: dict[str, Any]) -> str:
    """Fill the form page by page as a browser without JavaScript does; the last page."""
    place, _, token = link.partition("?t=")
    got = client.get(place, params={"t": token, "lang": "en"})
    for number in range(1, 10):
        names = set(re.findall(r'name="([\w-]+)"', got.text))
        hidden = {
            name: html.unescape(found[1]) for name in ("key", "carried", "t") if (found := re.search(rf'name="{name}" value="([^"]*)"', got.text))
        }
        fields = {name: str(value) for name, value in given.items() if name in names}
        got = client.post(
            place, data={**hidden, "page": str(number), "lang": "en", "action": "next", **fields}, headers={"Origin": str(client.base_url)}
        )
        if "are stored" in got.text:
            return got.text
    raise AssertionError(got.text)


@pytest.fixture
def life(home, records_url, monkeypatch):  # noqa: F811
    """A pulse from its beginning to its close."""
    monkeypatch.setenv("COMMON_GROUND_RECORDS", records_url)
    with serving(home.path) as running:
        try:
            yield lived(running)
        finally:
            running.house.records.close()


def lived(running: Running) -> Life:
    """HR launches, sixty answer, HR closes."""
    Saved(running.house.records).set("survey.forms_per_minute", 600, "Ada")
    hr = House(running.house.home, visitor=Principal(running.person("hr").id, "Hana", ("hr",)))
    survey = desk.begin(hr, "employee_pulse", TITLE, "Hana")
    given = staff_list.read(hr, "staff.csv", staff_csv())
    desk.name_groups(hr, survey.id, "unit", [{"en": word} for word in UNITS], survey.draft)
    draft, division = desk.desk(hr, survey.id).survey.draft, Division(("unit", "sworn"))
    heads = staff_list.heads(draft, division, staff_list.roster(hr, draft, given))
    wave = launching.launch(hr, survey.id, WAVE, "Hana", opens=today(hr), closes=None, division=division, heads=heads)
    people = staff_list.people(given)
    made = inviting.invite(hr, wave.id, people, running.address, "Hana")
    links = {one.email: link for one, link in made.links}
    rng, answers = np.random.default_rng(7), []
    with httpx.Client(base_url=running.address, timeout=30) as client:
        for number, one in enumerate(people):
            unit = next(place for place, edge in enumerate(np.cumsum(SIZES)) if number < edge)
            own: dict[str, Any] = {name: int(rng.integers(1, 6)) for name in ("M11", "FEVS-Q71", "M3", "M2")}
            own |= {"ENPS1": int(rng.integers(0, 11)), "U1": f"unit-{unit + 1}", "U5": "civilian" if unit == 2 else "sworn"}
            text = answer(client, links[one.email], own)
            assert "988 Suicide" in text
            answers.append(own)
    while_open = {role: sent_to(running, role) for role in PEOPLE}
    assert desk.received(hr, wave.id) == "At least 60 answers so far."
    closing.close(hr, wave.id, "Hana")
    return Life(running, survey.id, wave.id, made.code, links, answers, while_open, {role: sent_to(running, role) for role in PEOPLE})


def test_what_each_role_is_sent(life):
    """One test over one life, because sixty people answer only once a database."""
    _nobody_is_named(life)
    _while_open_only_how_many(life)
    _afterwards_only_the_release(life)
    _the_release_is_what_was_answered(life)
    _hr_reads_why_and_no_resident(life)
    _previews_and_services(life)


def _nobody_is_named(life: Life) -> None:
    """No list, link or code reaches anybody's pages."""
    tokens = [link.rpartition("t=")[2] for link in life.links.values()]
    for pages in (life.while_open, life.afterwards):
        for role, sent in pages.items():
            for where, text in sent.items():
                found = [word for word in ("wren.example", "Person-0", life.code, *tokens) if word in text]
                assert not found, (role, where, found)


def _while_open_only_how_many(life: Life) -> None:
    """Only HR knows of it, and at least how many answered."""
    for role, sent in life.while_open.items():
        where = {name for name, text in sent.items() if TITLE in text or WAVE in text}
        assert where <= ({"staff_surveys"} if role == "hr" else {"audit"} if role == "admin" else set()), (role, where)
    assert "At least 60 answers so far" in life.while_open["hr"]["staff_surveys"]
    for name in ("morale", "retention"):
        for role in MAY_READ:
            assert "No employee survey" in life.while_open[role][name]


def _afterwards_only_the_release(life: Life) -> None:
    """HR and command read the results; the small unit is not shown to them either; nobody else is sent a word of it."""
    for role, sent in life.afterwards.items():
        where = {name for name, text in sent.items() if WAVE in text or any(unit in text for unit in UNITS)}
        allowed = {"morale", "retention", "staff_surveys"} if role == "hr" else {"morale", "retention"} if role == "command" else set()
        assert where <= allowed | ({"audit"} if role == "admin" else set()), (role, where)
    for role in MAY_READ:
        assert any(WAVE in text or TITLE in text or UNITS[0] in text for text in life.afterwards[role].values()), role


def _the_release_is_what_was_answered(life: Life) -> None:
    """The frozen numbers are the arithmetic of what was sent; four people are in no cell that is shown."""
    (found,) = StaffReleases(life.running.house.records).of_wave(life.wave)
    made = employee_release.restore(found.content, found.sha256)
    rows = {(row[0], row[2], row[3], row[4]): row for row in made.rows}
    mean = float(np.mean([25 * (one["M11"] - 1) for one in life.answers]))
    assert rows["M11", "whole", "", "mean"][5] == round(mean, 1)
    assert rows["M11", "whole", "", "mean"][8] == 60
    status = {unit: rows["M11", "unit", f"unit-{place + 1}", "mean"][-1] for place, unit in enumerate(UNITS)}
    assert status["Quarrybank"] == "not_shown"
    assert list(status.values()).count("not_shown") >= 2
    assert made.audit["leverage"] <= 0.5


def _hr_reads_why_and_no_resident(life: Life) -> None:
    """HR is told what is withheld, and opens neither residents' surveys nor their comments."""
    hr = House(life.running.house.home, visitor=Principal("h", "H", ("hr",)))
    told = account.of_wave(hr, life.wave)
    unit = next(one for one in told.cuts if one.cut == "unit")
    assert unit.shown < unit.groups == len(UNITS)
    assert "Which is which is not said" in unit.reasons[0]
    assert len(told.releases[0].sha256) == 64
    for service, args in ((authoring.listing, ()), (review.following, ()), (review.waiting, ()), (authoring.templates, ())):
        with pytest.raises(AccessDenied):
            service(hr, *args)


def _previews_and_services(life: Life) -> None:
    """The draft's preview and the steps of a launch are HR's alone."""
    for role in PEOPLE:
        token = life.running.token(role)
        with httpx.Client(base_url=life.running.address, cookies={"cg_session": token} if token else {}) as client:
            got = client.get(f"/s/preview/{life.survey}", params={"divided": "unit,sworn,unit*sworn"})
            assert got.status_code == (200 if role == "hr" else 403), role
            assert (TITLE in got.text) is (role == "hr")
        house = House(life.running.house.home, visitor=Principal("p" if role else "", "P", (role,) if role else ()))
        if role != "hr":
            for service, args in ((account.of_wave, (life.wave,)), (desk.desk, (life.survey,)), (inviting.begun, (life.wave,))):
                with pytest.raises((AccessDenied, CommonGroundError)):
                    service(house, *args)
