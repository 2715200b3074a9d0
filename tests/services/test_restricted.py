"""The services' own guard: with no page list and no first line of a page, a restricted service still refuses the wrong visitor."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from dashboard import services
from dashboard.access.account import Welcome
from dashboard.access.principal import ANYONE, Principal
from dashboard.access.roles import ROLES, Permission
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied
from dashboard.schema.scope import Audience, Scope
from dashboard.services import arrivals, imports, mappings, reissued, workbench
from dashboard.services.employee import action_history, actions, each_statement, handover, writing
from dashboard.services.employee import bringing as staff_bringing
from dashboard.services.house import House
from dashboard.services.restricted import GUARDED, restricted
from dashboard.services.set_up import way_in
from dashboard.services.surveys import bringing, census, checking, code_sheets, saved_mappings, trackers
from dashboard.store.audit import Audit
from dashboard.store.home import Home
from dashboard.store.passwords import Passwords
from dashboard.store.people import People
from dashboard.ui import cache

for _one in workbench.TESTS.values():
    importlib.import_module(f"dashboard.services.{_one.module}")
SERVICES = sorted(GUARDED)


def service(name):
    """The guarded function of this name."""
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def test_every_test_of_the_workbench_and_every_way_in_is_guarded():
    expected = {f"dashboard.services.{one.module}.answer" for one in workbench.TESTS.values()}
    expected |= {
        f"{module.__name__}.{name}" for module in (imports,) for name in ("look", "stage", "staged_all", "commit", "bring", "undo", "listing")
    }
    expected |= {f"{reissued.__name__}.overlaps"}
    expected |= {f"{arrivals.__name__}.{name}" for name in ("keep", "check", "preview", "quarantine_csv")}
    expected |= {f"{mappings.__name__}.{name}" for name in ("proposed", "keep", "kept")}
    expected |= {f"{bringing.__name__}.{name}" for name in ("look", "look_at", "store", "undo", "listing", "targets", "aside_csv")}
    expected |= {f"{saved_mappings.__name__}.{name}" for name in ("listing", "named", "keep", "forget")}
    expected |= {f"{code_sheets.__name__}.{name}" for name in ("applied", "applied_to")}
    expected |= {f"{census.__name__}.{name}" for name in ("read", "from_population", "in_force", "affected", "keep", "remove")}
    expected |= {f"{staff_bringing.__name__}.{name}" for name in ("look", "look_at", "check", "store", "undo", "listing", "targets")}
    expected |= {f"{each_statement.__name__}.{name}" for name in ("surveys", "questions", "answer")}
    expected |= {f"{writing.__name__}.{name}" for name in ("desk", "keep", "offered", "held")}
    expected |= {f"{action_history.__name__}.{name}" for name in ("plans", "changes", "table")}
    expected |= {f"{actions.__name__}.{name}" for name in ("tracked", "table", "units", "offered", "keep", "remove", "put_back", "of_own_units")}
    expected |= {f"{handover.__name__}.{name}" for name in ("lay_down", "fetch")}
    expected |= {f"{checking.__name__}.check", *(f"{trackers.__name__}.{name}" for name in ("store", "attach", "detach"))}
    assert expected <= set(SERVICES)


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A home into which nothing came, and into which nobody is let."""
    return Home(tmp_path_factory.mktemp("closed") / "home")


@pytest.mark.parametrize("role", ["", *ROLES])
@pytest.mark.parametrize("name", SERVICES)
def test_a_restricted_service_refuses_whoever_lacks_its_permission(closed, monkeypatch, name, role):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    visitor = Principal("p", "P", (role,)) if role else ANYONE
    house = House(closed, visitor=visitor)
    if visitor.may(GUARDED[name]):
        house.require(GUARDED[name])
        return
    with pytest.raises(AccessDenied):
        service(name)(house, Scope(audience=Audience.STAFF), None, None)


def test_changed_settings_keep_the_visitor(empty):
    house = House(empty.home, visitor=ANYONE).with_settings({"agency.name": "Other"})
    with pytest.raises(AccessDenied):
        house.require(Permission.IMPORT_DATA)


def test_whoever_holds_the_files_may_everything(empty):
    for permission in Permission:
        House(empty.home).require(permission)


# Services without a guard that pages and routes call: they read releases, names of things, or nothing but their arguments.
OPEN_TO_ALL = {
    "cameras.active",
    "findings.by_allegation",
    "findings.discipline",
    "funnel.answer",
    "funnel.by_complainant",
    "funnel.by_group",
    "times.to_decision",
    "times.to_release",
    "boundaries.districts",
    "forgotten.send",
    "reading.in_force",
    "trust.by_group",
    "trust.elements",
    "trust.over_time",
    "beside.answer",
    "benchmarks.tracker",
    "each_question.answer",
    "each_question.questions",
    "each_question.surveys",
    "trackers.available",
    "trackers.choices",
    "trackers.lines",
    "trackers.version",
    "trust.surveys",
    "contact.experience",
    "matters.what_matters",
    "force.deescalation",
    "force.injuries",
    "force.over_time",
    "force.reasons",
    "force.techniques",
    "force_changes.banned",
    "force_changes.followed",
    "force_changes.names",
    "force_rates.side_by_side",
    "force_severity.levels",
    "policies.listing",
    "forms.accept",
    "forms.find",
    "forms.give_up",
    "forms.half_filled",
    "forms.invitation",
    "forms.keep",
    "forms.resume",
    "forms.sent",
    "forms.today",
    "calendar.coming",
    "calendar.feed",
    "held.version",
    "held.years",
    "year.years",
    "promises.answer",
    "reach.answer",
    "reach.groups",
    "attention.concerns",
    "beginning.nothing_yet",
    "appeals.answer",
    "embeds.allowed",
    "embeds.framed",
    "embeds.table_of",
    "embeds.listing",
    "actions.told",
    "showing.answers",
    "published_places.answer",
    "measures.settings_written",
    "measures.written",
    "asking.ask",
    "feed.meetings",
    "shelf.answered",
    "shelf.documents",
    "shelf.file",
    "shelf.meetings",
    "shelf.papers",
    "shelf.version",
    "open_data.file_name",
    "open_data.history",
    "open_data.past",
    "open_packages.dcat",
    "open_packages.dcat_us",
    "open_packages.frictionless",
    "open_data.table",
    "open_data.tables",
    "public_tests.at_night",
    "public_tests.stopped",
    "published.answer",
    "published.decision",
    "published.volume",
    "releases.current_id",
    "releases.in_force",
    "restricted.narrowed",
    "restricted.permitted",
    "upkeep.move_on",
    "upkeep.read_on",
    "upkeep.to_read",
    "upkeep.tidy",
    "text_quality.measured",
    "voices.by_area",
    "voices.moved",
    "voices.moves",
    "voices.over_time",
    "voices.surveys",
    "voices.themes",
    "voices_tone.tone",
    "voices_words.apart",
    "voices_words.cloud",
    "voices_words.pairs",
    "voices_words.quotes",
    "voices_words.search",
}


def unguarded():
    """Every public function of a service module that takes a house first and has no guard."""
    for one in pkgutil.walk_packages(services.__path__, "dashboard.services."):
        module = importlib.import_module(one.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and first == "house" and f"{module.__name__}.{name}" not in GUARDED:
                yield f"{one.name.rpartition('.')[2]}.{name}"


def test_pages_and_routes_call_no_service_that_has_no_guard_unless_it_is_for_all():
    root = Path(services.__path__[0]).parents[1]
    files = [*root.glob("pages/**/*.py"), *root.glob("dashboard/ui/*.py"), *root.glob("dashboard/web/*.py")]
    text = {file.name: file.read_text(encoding="utf-8") for file in files}
    found = list(unguarded())
    assert "comparable.cells" in found, "helpers of services have no guard of their own"
    called = {}
    for one in set(found) - OPEN_TO_ALL:
        module, name = one.split(".")
        ways = rf"\b{module}\.{name}\b|from dashboard\.services\.{module} import [^\n]*\b{name}\b"
        called |= {file: one for file, source in text.items() if re.search(ways, source)}
    assert called == {}
    assert set(found) >= OPEN_TO_ALL, "a service that is gone or guarded stands in this list"


def test_a_refusal_by_a_service_is_in_the_audit_log_of_people_not_of_the_public(empty):
    for visitor in (ANYONE, Principal("p", "P", ("hr",))):
        with pytest.raises(AccessDenied):
            imports.listing(House(empty.home, visitor=visitor))
    denied = Audit(empty.records).search(action="denied")
    assert [(line.who, line.subject) for line in denied] == [("p", "service imports.listing")]


def test_a_kept_answer_is_not_handed_to_another_visitor(empty):
    @restricted(Permission.SEE_EMPLOYEE_RESULTS)
    def morale(house):
        return "morale is low"

    try:
        hr = House(empty.home, visitor=Principal("h", "H", ("hr",)))
        assert cache.answer(morale, hr, (), Audience.PUBLIC) == "morale is low"
        with pytest.raises(AccessDenied):
            cache.answer(morale, House(empty.home, visitor=ANYONE), (), Audience.PUBLIC)
    finally:
        GUARDED.pop(f"{morale.__module__}.{morale.__qualname__}")


@pytest.mark.parametrize("role", ["", *ROLES])
def test_nobody_gets_a_sign_in_link_over_the_network(empty, role):
    with pytest.raises(AccessDenied, match="at the machine"):
        way_in(House(empty.home, visitor=Principal("p", "P", (role,)) if role else ANYONE))


def test_the_first_person_of_a_home_sets_a_password_and_is_its_administrator(empty):
    where, _, link = way_in(empty).rpartition("/")
    assert where == "/welcome"
    sessions = Sessions(empty.records)
    person = Welcome(sessions, link).set_password("a long walk to the harbor", "a long walk to the harbor", ("Ana Ruiz", "ana", ""))
    assert sessions.principal(sessions.admit(person.id, "welcome")[0]).roles == ("command", "analyst", "admin")
    assert Passwords(empty.records).named("ana") is not None
    with pytest.raises(AccessDenied, match="used or has expired"):
        Welcome(sessions, link).person()


def test_later_links_of_the_machine_sign_the_administrator_in_under_any_name(empty):
    sessions = Sessions(empty.records)
    Welcome(sessions, way_in(empty).rpartition("/")[2]).set_password(
        "a long walk to the harbor", "a long walk to the harbor", ("Ana Ruiz", "ana", "")
    )
    where, _, link = way_in(empty).rpartition("/")
    assert where == "/sign-in"
    assert sessions.principal(sessions.open(link)).name == "Ana Ruiz"
    assert len(People(empty.records).all()) == 1


def test_over_sample_data_the_link_signs_in_at_once(riverton):
    assert way_in(riverton).startswith("/sign-in/")
