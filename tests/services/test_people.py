"""What an administrator does with people: links, roles, the last administrator, districts that bind, mail through a real mail server."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from dashboard.access.account import Welcome
from dashboard.access.principal import ANYONE, Principal
from dashboard.access.roles import ROLES, Permission, meaning
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied, StoreError
from dashboard.schema.scope import Audience, Scope
from dashboard.services import forgotten, mail, people, workbench
from dashboard.services.house import House
from dashboard.services.surveys import contact, reading
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.ui import cache
from tests.serving import free_port

GOOD = "a long walk to the harbor"


@pytest.fixture
def admin(empty):
    """The house as its one administrator sees it."""
    person = People(empty.records).add("Root", "root", ["admin"])
    return House(empty.home, visitor=Principal(person.id, "Root", ("admin",)))


class Post:
    """What a mail server took."""

    def __init__(self):
        self.letters, self.full = [], False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the name that aiosmtpd calls
        if self.full:
            return "452 the disk is full"
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 taken"


@pytest.fixture
def post(monkeypatch):
    """A real mail server on this machine, and the environment that names it."""
    taken = Post()
    port = free_port()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("COMMON_GROUND_SMTP", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("COMMON_GROUND_MAIL_FROM", "dashboard@riverton.example")
    yield taken
    controller.stop()


def token(way):
    return way.path.rpartition("/")[2]


def test_an_invited_person_sets_a_password_and_holds_exactly_the_roles_given(admin):
    way = people.invite(admin, ("Hana Reyes", "hana", ""), ["hr", "council", "public"])
    assert way.path.startswith("/welcome/")
    sessions = Sessions(admin.records)
    person = Welcome(sessions, token(way)).set_password(GOOD, GOOD)
    assert sessions.principal(sessions.admit(person.id, "welcome")[0]).roles == ("council", "hr")
    assert [(row.member.name, row.state) for row in people.listing(admin)] == [("Hana Reyes", "active"), ("Root", "invited")]
    assert [line.action for line in Audit(admin.records).search(who=admin.visitor.person_id)] == ["link_made", "person_added"]


@pytest.mark.parametrize("called", [("", "x1", ""), ("A", "a b", ""), ("A", "ab", "nowhere"), ("A", "ROOT", "")])
def test_an_invitation_that_will_not_do_adds_nobody(admin, called):
    with pytest.raises(StoreError):
        people.invite(admin, called, ["hr"])
    with pytest.raises(StoreError, match="no role"):
        people.invite(admin, ("A", "aa", ""), ["emperor"])
    assert [row.member.name for row in people.listing(admin)] == ["Root"]


def test_a_forgotten_password_is_set_anew_by_a_link_and_the_old_one_holds_until_then(admin):
    sessions = Sessions(admin.records)
    person = Welcome(sessions, token(people.invite(admin, ("Ann", "ann", ""), ["hr"]))).set_password(GOOD, GOOD)
    first, second = people.new_link(admin, person.id), people.new_link(admin, person.id)
    Welcome(sessions, token(second)).set_password("seven paper boats at noon", "seven paper boats at noon")
    with pytest.raises(AccessDenied):
        Welcome(sessions, token(first)).person()
    people.set_closed(admin, person.id, True)
    with pytest.raises(AccessDenied):
        people.new_link(admin, person.id)


def test_the_last_administrator_stays(admin):
    me = admin.visitor.person_id
    with pytest.raises(StoreError, match="last administrator"):
        people.set_roles(admin, me, ["hr"], confirmed=True)
    with pytest.raises(StoreError, match="last administrator"):
        people.set_closed(admin, me, True, confirmed=True)
    other = people.invite(admin, ("Bo", "bo", ""), ["admin"]).person
    people.set_closed(admin, other.id, True)
    with pytest.raises(StoreError, match="last administrator"):
        people.set_roles(admin, me, [], confirmed=True)


def test_nobody_gives_up_being_administrator_by_a_slip(admin):
    me = admin.visitor.person_id
    people.invite(admin, ("Bo", "bo", ""), ["admin"])
    with pytest.raises(AccessDenied, match="no longer be administrator"):
        people.set_roles(admin, me, ["hr"])
    with pytest.raises(AccessDenied, match="shut yourself out"):
        people.set_closed(admin, me, True)
    people.set_roles(admin, me, ["hr"], confirmed=True)
    assert People(admin.records).get(me).roles == {"hr"}


def test_sessions_are_seen_and_ended(admin):
    ann = people.invite(admin, ("Ann", "ann", ""), ["hr"]).person
    sessions = Sessions(admin.records)
    session, _ = sessions.admit(ann.id, "password", device="Edge on Windows")
    (one,) = people.open_sessions(admin, ann.id)
    assert one.device == "Edge on Windows"
    people.end_session(admin, ann.id, one.mark)
    assert sessions.principal(session) is ANYONE
    assert Audit(admin.records).search(action="session_ended")[0].who == admin.visitor.person_id


# Districts that bind


def limited(house, *districts, roles=("supervisor",)):
    """The house as a supervisor of these districts sees it."""
    return House(house.home, visitor=Principal("s", "S", roles, districts=districts))


STAFF = Scope(audience=Audience.STAFF)


def test_a_supervisor_of_one_district_gets_its_numbers_and_no_others(riverton):
    there = sorted(map(str, riverton.facts.values("stops", "district")))
    one, other = there[:2]
    supervisor = limited(riverton, one)
    mine = workbench.answer_of(riverton, STAFF.narrowed(districts=(one,)), "counts")
    for scope in (STAFF, STAFF.narrowed(districts=(one,)), STAFF.narrowed(districts=(one, other))):
        assert workbench.answer_of(supervisor, scope, "counts").tables == mine.tables
        assert cache.answer(workbench.answer_of, supervisor, (scope, "counts"), Audience.STAFF).tables == mine.tables
    assert workbench.answer_of(riverton, STAFF, "counts").tables != mine.tables
    for ask in (workbench.answer_of, lambda *args: cache.answer(workbench.answer_of, args[0], args[1:], Audience.STAFF)):
        with pytest.raises(AccessDenied, match="not open to you"):
            ask(supervisor, STAFF.narrowed(districts=(other,)), "counts")


def test_what_another_visitor_was_told_is_not_handed_to_a_limited_supervisor(riverton):
    one = sorted(map(str, riverton.facts.values("stops", "district")))[0]
    everyone = limited(riverton, roles=("command",))
    whole = cache.answer(contact.by_group, everyone, ("area",), Audience.STAFF)
    part = cache.answer(contact.by_group, limited(riverton, one), ("area",), Audience.STAFF)
    assert len(whole.tables[0].rows) > len(part.tables[0].rows)
    assert {row[0] for row in part.tables[0].rows} <= {one}
    assert cache.answer(contact.by_group, everyone, ("area",), Audience.STAFF).tables == whole.tables


def test_of_surveys_a_limited_supervisor_reads_what_everybody_may_read(riverton):
    one = sorted(map(str, riverton.facts.values("stops", "district")))[0]
    public = House(riverton.home, visitor=ANYONE)
    assert [reading.layer_for(house) for house in (public, limited(riverton, one), limited(riverton), riverton)] == [
        "public",
        "public",
        "staff",
        "staff",
    ]
    assert contact.over_time(limited(riverton, one)).tables == contact.experience(public).tables


def test_what_carries_no_district_is_kept_from_a_limited_supervisor(riverton):
    with pytest.raises(AccessDenied, match="cannot be shown by district"):
        contact.follow_ups(limited(riverton, "Harbor"))
    assert isinstance(contact.follow_ups(limited(riverton)), list)


@pytest.mark.parametrize(
    ("roles", "limits"),
    [
        (("supervisor",), ("North",)),
        (("supervisor", "hr"), ("North",)),
        (("supervisor", "council"), ("North",)),
        (("supervisor", "command"), ()),
        (("supervisor", "analyst"), ()),
        (("command",), ()),
        (("council",), ()),
    ],
)
def test_districts_bind_a_supervisor_and_nobody_who_sees_the_whole_agency_anyway(roles, limits):
    assert Principal("p", "P", roles, districts=("North",)).limits == limits


def test_a_role_tried_on_over_sample_data_is_limited_too():
    assert Principal("p", "P", ("command",), looks_as="supervisor", districts=("North",)).limits == ("North",)


def test_districts_are_kept_act_at_once_and_unknown_ones_are_refused(admin):
    ann = people.invite(admin, ("Ann", "ann", ""), ["supervisor"]).person
    sessions = Sessions(admin.records)
    session, _ = sessions.admit(ann.id, "password")
    with pytest.raises(StoreError, match="no district"):
        people.set_districts(admin, ann.id, ["Atlantis"])
    People(admin.records).set_places(ann.id, ["North"], ["Unit 7"], "x")
    assert sessions.principal(session).limits == ("North",)
    people.set_districts(admin, ann.id, [])
    now = sessions.principal(session)
    assert (now.limits, now.units) == ((), ("Unit 7",))
    assert Audit(admin.records).search(action="places_changed")[0].details == {"from": ["North", "Unit 7"], "to": ["Unit 7"]}


# Mail


def test_without_a_mail_server_nothing_is_mailed_and_nothing_is_offered(admin, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_SMTP", raising=False)
    assert not forgotten.offered()
    assert people.invite(admin, ("Ann", "ann", "ann@riverton.example"), ["hr"], "https://x.example").mailed_to == ""


def test_an_invitation_is_mailed_and_its_link_works(admin, post):
    way = people.invite(admin, ("Ann Ä", "ann", "ann@riverton.example"), ["hr"], "https://trust.example.gov")
    assert way.mailed_to == "ann@riverton.example"
    ((to, letter),) = post.letters
    assert to == ["ann@riverton.example"]
    assert letter["From"] == "dashboard@riverton.example"
    text = letter.get_content()
    assert f"https://trust.example.gov{way.path}" in text
    assert "Hello Ann Ä" in text
    assert Welcome(Sessions(admin.records), token(way)).person().name == "Ann Ä"


def test_a_mail_server_that_refuses_leaves_the_link_to_be_handed_over(admin, post, monkeypatch):
    post.full = True
    way = people.invite(admin, ("Ann", "ann", "ann@riverton.example"), ["hr"], "https://trust.example.gov")
    assert (way.mailed_to, "could not be sent" in way.trouble) == ("", True)
    monkeypatch.setenv("COMMON_GROUND_SMTP", "smtp://127.0.0.1:1")
    assert people.new_link(admin, way.person.id, "https://trust.example.gov").trouble


def test_no_mail_goes_in_the_clear_to_another_machine(monkeypatch, post):
    monkeypatch.setattr(mail, "HERE", frozenset())
    with pytest.raises(StoreError, match="could not be sent"):
        mail.send("a@b.example", "s", "t")
    assert post.letters == []


def test_a_forgotten_password_is_mailed_to_the_one_person_it_fits(admin, post):
    ann = people.invite(admin, ("Ann", "ann", "Ann@riverton.example"), ["hr"]).person
    people.invite(admin, ("Two", "two", "same@riverton.example"), ["hr"])
    people.invite(admin, ("Three", "three", "same@riverton.example"), ["hr"])
    people.invite(admin, ("None", "none", ""), ["hr"])
    closed = people.invite(admin, ("Closed", "closed", "closed@riverton.example"), ["hr"]).person
    people.set_closed(admin, closed.id, True)
    for typed in ("same@riverton.example", "none", "closed", "nobody", "", "@", "%"):
        forgotten.send(House(admin.home, visitor=ANYONE), typed, "https://x.example")
    assert post.letters == []
    forgotten.send(House(admin.home, visitor=ANYONE), " ann@RIVERTON.example ", "https://x.example")
    ((to, letter),) = post.letters
    assert to == ["Ann@riverton.example"]
    link = next(word for word in letter.get_content().split() if "/welcome/" in word)
    assert Welcome(Sessions(admin.records), link.rpartition("/")[2]).person().id == ann.id
    for _ in range(9):
        forgotten.send(House(admin.home, visitor=ANYONE), "ann", "https://x.example")
    assert len(post.letters) == 3, "nobody's mailbox is filled"


def test_a_mailed_link_is_good_for_an_hour(admin, post):
    people.invite(admin, ("Ann", "ann", "ann@riverton.example"), ["hr"])
    forgotten.send(House(admin.home, visitor=ANYONE), "ann", "https://x.example")
    link = next(word for word in post.letters[0][1].get_content().split() if "/welcome/" in word).rpartition("/")[2]
    later = Sessions(admin.records, clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    with pytest.raises(AccessDenied):
        Welcome(later, link).person()


# The table


def test_the_table_of_roles_says_what_the_table_of_permissions_says():
    table = people.role_table()
    roles = [role for role in ROLES if role != "public"]
    said = {(row[0], role) for row in table.rows for role, cell in zip(roles, row[1:], strict=True) if cell == "yes"}
    assert said == {(meaning(one), role) for role in roles for one in ROLES[role]}
    assert len({row[0] for row in table.rows}) == len(Permission)
