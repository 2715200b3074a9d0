"""No cache and no page hands one role what another was shown: marked words are planted, and every page opened by those who may first."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator

import httpx
import pytest

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.schema import bank
from dashboard.services.surveys import standing
from dashboard.store import intake
from dashboard.store.answers import Answers
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.saved import Saved
from dashboard.store.survey_tables import FollowUpRow
from dashboard.store.surveys import Surveys
from dashboard.ui import menu
from tests.serving import Running, Tab, serving

# word that is planted -> the permission without which nobody may be sent it
PLANTED = {
    "Quillfeather": "see_post_contact",  # somebody who asked to be called
    "Brackenridge": "manage_people",  # a person with an account
    "Thistledown": "see_audit",  # a line of the log
    "Marrowbone": "manage_settings",  # a reason for a setting; it stands in the log too
    "Cloudberry": "manage_surveys",  # a survey of residents that is still a draft
    "Lanternfish": "manage_employee_surveys",  # an employee survey that is still a draft
    "Saltmarsh": "manage_surveys",  # the original of a resident's comment
}
ALSO = {
    "Brackenridge": {"see_audit"},
    "Marrowbone": {"see_audit"},
    "Cloudberry": {"see_audit"},
    "Lanternfish": {"see_audit"},
}  # the log names what was changed
PEOPLE = ["command", "analyst", "admin", "professional_standards", "supervisor", "hr", "council", "public", ""]  # who sees most comes first


@pytest.fixture(scope="module")
def server(riverton, tmp_path_factory) -> Iterator[Running]:
    """A server over the sample agency in which the words are planted."""
    home = tmp_path_factory.mktemp("canary") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as running:
        records = running.house.records
        families = {one.id: one for one in Surveys(records).all() if one.family == "community"}
        wave = next(one for one in Surveys(records).waves() if one.state == "closed" and one.survey_id in families)
        survey = families[wave.survey_id]
        with records.write() as session:
            session.add(FollowUpRow(id="f" * 32, survey_id=survey.id, name="Quillfeather", phone="555 0100", week=dt.date(2020, 1, 6), state="new"))
        People(records).add("Brackenridge", "bracken", ["council"])
        Audit(records).append("somebody", "export", "Thistledown")
        Saved(records).set("trend.min_periods", 37, "somebody", "because of Marrowbone")
        Surveys(records).new(survey.draft, "Cloudberry", "somebody")
        Surveys(records).new(bank.template("employee_pulse"), "Lanternfish", "somebody")
        comment = intake.new_comment(wave.id, "C18", "Saltmarsh", "")
        Answers(records).add_comments([comment | {"redacted": "Saltmarsh", "id": "0" * 32, "read_under": standing.now(running.house)}])
        yield running


def sent(server: Running, role: str) -> dict[str, str]:
    """Everything that the pages sent to one visitor, by page."""
    found = {}
    token = server.token(role)
    for row in menu.PAGES:
        with Tab(server.address, token) as tab:
            found[row.name] = tab.open(row.address).text
    return found


def test_marked_words_reach_those_who_may_and_nobody_else(server):
    """One test, because the order matters: whoever sees most fills the caches first."""
    seen: dict[str, set[str]] = {word: set() for word in PLANTED}
    for role in PEOPLE:
        pages = sent(server, role)
        for word, permission in PLANTED.items():
            may = {permission, *ALSO.get(word, ())} & {one.value for one in Principal("p", "P", (role,) if role else ()).permissions}
            where = [name for name, text in pages.items() if word in text]
            assert may or not where, f"{word} reached {role or 'the public'} on {where}"
            seen[word] |= {role} if where else set()
    assert all(seen.values()), f"a word that nobody was shown proves nothing: {seen}"


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"admin", "analyst"}])
def test_open_routes_and_downloads_hold_no_marked_word(server, role):
    with httpx.Client(base_url=server.address, cookies={"cg_session": server.token(role)}) as client:
        for address in ("/data", "/data/stops.csv", "/health", "/sign-in", "/account"):
            answer = client.get(address)
            assert not [word for word in PLANTED if word in answer.text], address
