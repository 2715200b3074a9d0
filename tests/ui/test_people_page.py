"""The People page as an administrator uses it: a link is shown once, roles act, slips are asked about."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.errors import StoreError
from dashboard.services import people
from dashboard.services.employee import desk
from dashboard.store.audit import Audit
from dashboard.store.identities import Identities
from dashboard.store.people import People
from tests.ui.conftest import press, words


def field(app, label, place=0):
    return [one for one in app.text_input if one.label == label][place]


def links(app):
    return [one.value for one in app.code]


def invite(app, name="Hana <b>Reyes</b>", sign_in_name="hana", roles=("hr",)):
    field(app, "Name").set_value(name)
    field(app, "Name to sign in with").set_value(sign_in_name)
    app.multiselect[0].set_value(list(roles))
    return press(app, "Invite")


def choose(app, name):
    return app.selectbox[0].set_value(People(app.house.records).named(name).id).run()


@pytest.fixture
def page(own, open_page):
    app = open_page(own, "people", "admin")
    app.house = own
    assert not app.exception
    return app


def test_an_invitation_shows_its_link_once(page, own):
    app = invite(page)
    assert not app.exception
    (link,) = links(app)
    assert "/welcome/" in link
    assert "is invited" in words(app)
    assert "<b>" not in "".join(str(one.value) for one in app.markdown).replace("\\<b\\>", "")
    assert links(app.run()) == []
    assert People(own.records).named("hana").roles == {"hr"}


def test_what_will_not_do_is_said_and_nobody_is_added(page, own):
    before = [one.sign_in_name for one in People(own.records).all()]
    app = invite(page, sign_in_name="two words")
    assert "no spaces" in words(app)
    assert links(app) == []
    assert [one.sign_in_name for one in People(own.records).all()] == before


def test_roles_are_changed_a_new_link_is_made_and_sessions_are_ended(page, own):
    app = choose(invite(page), "hana")
    app.multiselect[1].set_value(["council", "supervisor"])
    app = press(app, "Keep roles and places")
    assert People(own.records).named("hana").roles == {"council", "supervisor"}
    app = press(app, "New link to set a password")
    assert len(links(app)) == 1
    app = choose(app, "admin")
    assert "A browser" in words(app)
    before = len(Audit(own.records).search(action="session_ended"))
    app = press(app, "End")
    assert len(Audit(own.records).search(action="session_ended")) == before + 1
    assert "not open to you" in words(app), "one's own session ends like any other"


def test_giving_up_ones_own_role_is_asked_twice(page, own):
    app = choose(page, "admin")
    app.multiselect[1].set_value(["hr"])
    app = press(app, "Keep roles and places")
    assert "You would no longer manage people" in words(app)
    assert "admin" in People(own.records).named("admin").roles


def test_the_table_of_roles_is_on_the_page(page):
    tables = [list(one.value.columns) for one in page.table]
    assert [
        "May",
        "Advisory council",
        "Supervisor",
        "Command staff",
        "HR and wellness",
        "Professional standards",
        "Analyst",
        "Administrator",
    ] in tables


def test_a_supervisors_units_are_those_that_staff_surveys_name(page, own):
    survey = desk.begin(own, "employee_pulse", "Pulse", "Hana")
    app = choose(invite(page, roles=("supervisor",)), "hana")
    units = next(one for one in app.multiselect if one.label.startswith("Units of a supervisor"))
    assert "Patrol" in units.options
    units.set_value(["patrol"])
    app = press(app, "Keep roles and places")
    assert People(own.records).named("hana").units == {"patrol"}
    assert "Patrol" in "".join(str(cell) for table in app.table for cell in table.value.to_numpy().ravel())
    with pytest.raises(StoreError, match="no unit"):
        people.set_units(own, People(own.records).named("hana").id, ["Moon base"])
    assert survey.id


def test_single_sign_on_is_unlinked_after_asking(page, own):
    app = choose(invite(page), "hana")
    hana = People(own.records).named("hana").id
    assert not [one for one in app.button if one.label == "Unlink single sign-on"]
    Identities(own.records).link("https://provider", "x", hana, dt.datetime.now(dt.UTC))
    app = press(choose(app.run(), "hana"), "Unlink single sign-on")
    assert "no longer opens this account" in words(app)
    people.unlink(own, hana)
    assert Identities(own.records).who_has_one() == frozenset()
    with pytest.raises(StoreError, match="not linked"):
        people.unlink(own, hana)
