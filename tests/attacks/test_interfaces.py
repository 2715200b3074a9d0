"""The seven attacks rest on the frozen release; does any interface know more than that? Two homes whose people answered differently, but whose
releases are equal, must be the same to every role: every page's whole payload, every JSON of the command line, audit log and log, number by number.
"""

from __future__ import annotations

import copy
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from dashboard.cli.parser import main
from dashboard.schema import bank
from dashboard.schema.employee import Division
from dashboard.services import measures
from dashboard.services.employee import closing, release
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.staff_releases import StaffReleases
from tests.services.employee.staffing import BOTH, DAY, UNITS, begun, opened, staff
from tests.serving import Running, Tab, serving

ROLES = ("hr", "command", "supervisor", "council", "analyst", "admin", "")
PAGES = ("morale", "retention", "staff-surveys", "methods", "open-data", "")
ROUTES = ("/data", "/health")
FEW = 9  # answer a question that therefore is not shown
WAITS = {"Counting ..."}  # what a page says while it computes
SECRET = "heliotrope"  # stands in what nineteen people wrote


@dataclass(frozen=True)
class Given:
    """What people answered and wrote."""

    answers: list[dict[str, object]]
    comments: list[tuple[str, str]]


def first() -> Given:
    """A pulse of 120 people; nine of them answer one question more, nineteen write."""
    answers = [dict(one.answers) for one in staff()]
    for place, one in enumerate(answers):
        one.pop("M2")
        if place < FEW:
            one["M2"] = 1
    return Given(answers, [("M12", f"Text {place} of {SECRET}.") for place in range(19)])


def otherwise() -> Given:
    """As the first, but: the nine answer the opposite, a person has moved between two groups that are hidden, others wrote, in another order."""
    given = copy.deepcopy(first())
    for one in given.answers:
        if "M2" in one:
            one["M2"] = 5
    small = [one for one in given.answers if one["U1"] == "communications"]
    small[0]["U1"] = "community"
    return Given(given.answers[::-1], [("M12", f"{SECRET} was here {place}") for place in range(19)])


def visible() -> Given:
    """The control: one person's answer that is shown in the sum of all."""
    given = copy.deepcopy(first())
    for one in given.answers[:12]:
        one["M11"] = 1
    return given


@dataclass(frozen=True)
class Sent:
    """Everything one home sends: (interface, role) -> text; and what was logged while it was made and closed."""

    texts: dict[tuple[str, str], str]
    rows: tuple[object, ...]


def collect(folder, given: Given, capture) -> Sent:
    """A home in which this was answered, closed and asked by everybody in every way."""
    home = House(folder / "home")
    with capture.at_level(logging.DEBUG):
        wave = opened(home, begun(home), BOTH, heads={"whole": {"": 140.0}})
        capture.clear()  # what a new home says of itself
        closing.reduce(home, wave.id, given.answers, given.comments, "Hana")
        logged = "\n".join(record.getMessage() for record in capture.records)
    texts = {("log", ""): logged}
    (found,) = StaffReleases(home.records).of_wave(wave.id)
    texts |= {("audit", "admin"): "\n".join(f"{one.action} {one.details}" for one in Audit(home.records).search(limit=1000))}
    home.records.close()
    with serving(folder / "home") as running:
        texts |= dict(asked(running))
        running.house.records.close()
    for one in [name for name in measures.all_measures() if name.startswith("employee.")]:
        texts["cli", one] = command("measure", one, "--json", home=folder / "home")
    for step in (("list",), ("account", wave.survey_id), ("imports",)):
        texts["cli", step[0]] = command("staff-survey", *step, "--json", home=folder / "home")
    return Sent({place: plain(text) for place, text in texts.items()}, tuple(map(str, found.content["rows"])))


def asked(running: Running) -> Iterator[tuple[tuple[str, str], str]]:
    """Pages and routes as each role."""
    for role in ROLES:
        token = running.token(role)
        for name in PAGES:
            with Tab(running.address, token) as tab:
                page = tab.open(name)
            assert not page.waiting, "everything that the page waited for is there"
            assert page.waits <= WAITS, "spinners say fixed words"
            yield (f"page {name}", role), page.settled
        with httpx.Client(base_url=running.address, cookies={"cg_session": token} if token else {}) as client:
            for address in ROUTES:
                yield (address, role), client.get(address).text


def command(*words: str, home) -> str:
    """What a command prints, or why it cannot."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main([*words, "--home", str(home)])
    return out.getvalue() + err.getvalue()


def plain(text: str) -> str:
    """Without what is by chance: ids, hashes, ports, moments."""
    text = re.sub(r"(staff-)?[0-9a-f]{12,}|[0-9a-f]{8}-[0-9a-f-]{20,}", "#", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", "@", text)
    return re.sub(r"127\.0\.0\.1:\d+|localhost:\d+|/tmp/[\w/.-]+", "&", text)


def tokens(text: str) -> Counter[str]:
    """Every number and word."""
    return Counter(re.findall(r"-?\d+(?:\.\d+)?|[^\W\d_]{3,}", text))


@pytest.fixture
def one(tmp_path, monkeypatch, caplog):
    for name in ("COMMON_GROUND_RECORDS", "COMMON_GROUND_SMTP", "COMMON_GROUND_URL"):
        monkeypatch.delenv(name, raising=False)

    def made(name: str, given: Given) -> Sent:
        return collect(tmp_path / name, given, caplog)

    return made


def test_no_interface_knows_more_than_the_release(one):
    before, after, moved = one("a", first()), one("b", otherwise()), one("c", visible())
    assert before.rows == after.rows
    assert len(before.texts) > 50
    assert "Begin a staff survey" in before.texts["page staff-surveys", "hr"]
    for place, text in before.texts.items():
        assert SECRET not in text, place
        gone, new = tokens(text) - tokens(after.texts[place]), tokens(after.texts[place]) - tokens(text)
        assert (gone, new) == (Counter(), Counter()), place
    told = {place for place, text in before.texts.items() if tokens(text) != tokens(moved.texts[place])}
    assert ("page morale", "hr") in told, "the control: where the release differs, the pages that show it do"
    assert ("cli", "employee.margin") in told or ("cli", "employee.promoters") in told or ("page morale", "command") in told
    assert {role for where, role in told if where.startswith(("page", "/"))} <= {"hr", "command"}


def test_a_person_who_moves_between_hidden_groups_moves_nothing():
    """Hidden cells do not flicker by one answer: whoever of them is counted in another hidden group, the whole release stays what it was."""
    people = [dict(one.answers) for one in staff()]
    made = release.Wave({"k": 10, "cuts": {}}, bank.template("employee_full"), Division(("unit", "sworn")), {})
    before = release.compute(people, made)
    shown = {row[3] for row in before.rows if row[0] == "people" and row[2] == "unit" and row[-1] != "not_shown"}
    hidden = [unit for unit in UNITS if unit not in shown]
    assert len(hidden) >= 2
    tried = 0
    for place, one in enumerate(people):
        if one["U1"] == "communications" and "communications" in hidden:
            for unit in hidden:
                other = [{**each, "U1": unit} if at == place else each for at, each in enumerate(people)]
                after = release.compute(other, made)
                assert (after.rows, after.extras) == (before.rows, before.extras)
                tried += 1
    assert tried >= 8


def test_the_day_of_the_wave_is_told_and_no_moment(one):
    sent = one("a", first())
    for (where, role), text in sent.texts.items():
        if role in {"hr", "command"} and where.startswith("page"):
            assert f"{DAY:%Y-%m-%d}T" not in text
