"""What needs attention first: planted falls and deadlines of Riverton, in the declared order, and nothing that a visitor may not see."""

import datetime as dt

from dashboard.access.principal import ANYONE, Principal
from dashboard.schema.outreach import Event, Promise
from dashboard.schema.scope import Audience, Scope
from dashboard.services import attention
from dashboard.services.attention import concerns
from dashboard.services.house import House
from dashboard.services.outreach import desk
from data_sources.sample import opinions

DAY = dt.date(2026, 11, 25)
PUBLIC, STAFF = Scope(), Scope(audience=Audience.STAFF)


def seen_as(house, role=""):
    return House(house.home, visitor=Principal(role, role, (role,)) if role else ANYONE)


def test_riverton_needs_attention_where_trust_fell_and_nobody_went(riverton):
    found = concerns(seen_as(riverton), DAY, PUBLIC)
    assert found[0].sentence.startswith(f"Trust fell clearly in {opinions.DROP_AREA}: −")
    assert found[0].sentence.endswith("No outreach event was held there in 2025.")
    assert found[0].page == "outreach"
    pages = [one.page for one in found]
    assert "complaints" in pages
    assert pages.index("complaints") < len(pages)
    assert not any("wait" in one.sentence and "call" in one.sentence for one in found), "the list of calls is for staff"
    assert "2025−" not in str(found), "names of waves keep their hyphen"


def test_only_the_district_of_the_planted_fall_is_named(riverton):
    fell = [one.sentence for one in concerns(seen_as(riverton), DAY, PUBLIC) if one.sentence.startswith("Trust fell")]
    assert len(fell) == 1


def test_staff_are_told_of_people_who_wait_for_a_call(riverton):
    found = concerns(seen_as(riverton, "command"), DAY, STAFF)
    assert any(one.page == "post_contact" and "for a call they asked for" in one.sentence for one in found)
    assert not any(one.page == "post_contact" for one in concerns(seen_as(riverton, "hr"), DAY, PUBLIC))


def test_an_overdue_promise_is_told_from_the_day_after(tmp_path):
    house = House(tmp_path / "home")
    event = desk.keep(house, Event("", "Talk", "meeting", dt.date(2026, 1, 5)), "ana")
    desk.promise(house, Promise("", event.id, "Mend the lamp", dt.date(2026, 2, 1)), "ana")
    assert concerns(house, dt.date(2026, 2, 1), PUBLIC) == ()
    (one,) = concerns(house, dt.date(2026, 2, 2), PUBLIC)
    assert one.sentence == "1 promise made at an event is overdue, the oldest since 2026-02-01: Mend the lamp."


def test_an_empty_home_needs_nothing(tmp_path):
    assert concerns(House(tmp_path / "home"), DAY, PUBLIC) == ()


def test_the_order_is_declared():
    assert [one.__name__ for one in attention.LOOKS] == ["_trust", "_calls", "_complaints", "_footage", "_promises", "_force"]
