"""Events and promises: written down, taken back, brought in as a list, counted, and shown beside trust with the planted truth found."""

import dataclasses
import datetime as dt

import pytest
from icalendar import Calendar

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData, ScopeError, SourceError
from dashboard.schema.outreach import HELD, KEPT, NOT_KEPT, OPEN, PLANNED, Event, Promise, checked, promised
from dashboard.services.house import House
from dashboard.services.outreach import beside, calendar, desk, held, promises, reach
from dashboard.store.audit import Audit
from dashboard.store.outreach import Outreach
from data_sources.sample import outreach as planted

DAY = dt.date(2026, 3, 14)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "home")


def event(**more):
    return dataclasses.replace(Event("", "Coffee at the library", "coffee", DAY, "9:00", "10:30", "Library", ""), **more)


def test_an_event_is_kept_changed_removed_and_brought_back(house):
    kept = desk.keep(house, event(), "ana")
    assert (kept.starts, kept.state) == ("09:00", PLANNED)
    desk.keep(house, dataclasses.replace(kept, state=HELD, attendance=31), "ana")
    assert [(one.id, one.attendance) for one in desk.events(house)] == [(kept.id, 31)]
    promise = desk.promise(house, Promise("", kept.id, "Mend the lamp", dt.date(2026, 4, 1)), "ana")
    desk.remove(house, kept.id, "ana")
    assert desk.events(house) == []
    assert Outreach(house.records).promises() == [], "promises go with their event"
    desk.remove(house, kept.id, "ana", back=True)
    assert [one.id for one in Outreach(house.records).promises()] == [promise.id]
    lines = [line.action for line in Audit(house.records).search() if line.action.startswith("outreach")]
    assert sorted(lines) == ["outreach event", "outreach event", "outreach event back", "outreach event removed", "outreach promise"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "  "}, "needs a title"),
        ({"starts": "25:00"}, "not a time of day"),
        ({"starts": "10:00", "ends": "9:00"}, "ends"),
        ({"attendance": 12}, "held"),
        ({"state": HELD, "attendance": -1}, "between 0"),
        ({"state": HELD, "attendance": 5, "groups": {"white": 6}}, "add up to 6"),
        ({"groups": {"martian": 1}}, "no group 'martian'"),
        ({"day": dt.date(1066, 10, 14)}, "1066-10-14"),
        ({"title": "x" * 161}, "longer than 160"),
        ({"kind": "party"}, "from the list"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(changes, said):
    with pytest.raises(ScopeError, match=said):
        checked(event(**changes))


def test_a_settled_promise_says_what_was_done():
    with pytest.raises(ScopeError, match="what was done"):
        promised(Promise("", "e", "Mend the lamp", state=KEPT))
    assert promised(Promise("", "e", "Mend  the lamp", state=OPEN, settled=DAY)).settled is None


def test_a_list_is_read_line_by_line_and_nothing_is_kept_twice(house):
    content = (
        b"Date,Event,Type,Start Time,Location,Attendees,White,Cost\n"
        b"2026-05-14,Coffee at the library,Coffee with a Cop,08:30,Main library,37,20,$120\n"
        b"5/20/2026,Walk,walk,18:00,Square,,,\n"
        b"soon,Meeting,meeting,,,,,\n"
        b"2026-06-01,,meeting,,,,,\n"
        b"2026-06-02,Ball,ballroom,,,,,\n"
        b"2026-06-03,Talk,meeting,,,many,,\n"
    )
    found = desk.look(house, "events.csv", content)
    assert [(one.title, one.state, one.attendance, one.cost) for one in found.new] == [
        ("Coffee at the library", HELD, 37, 120.0),
        ("Walk", PLANNED, None, None),
    ]
    assert [line for line, _ in found.faults] == [4, 5, 6, 7]
    assert "'soon' is not a date" in found.faults[0][1]
    assert desk.bring(house, found, "ana") == 2
    again = desk.look(house, "events.csv", content)
    assert (len(again.new), again.known) == (0, 2)
    with pytest.raises(SourceError, match="no column with a date"):
        desk.look(house, "other.csv", b"title\nCoffee\n")


def test_the_example_list_can_be_brought_in_as_it_is(house):
    found = desk.look(house, "example.csv", desk.EXAMPLE.encode())
    assert (len(found.new), found.faults) == (1, ())


def test_only_those_who_may_write_events_down(house):
    for visitor in (ANYONE, Principal("c", "C", ("council",)), Principal("h", "H", ("hr",))):
        with pytest.raises(AccessDenied):
            desk.keep(House(house.home, visitor=visitor), event(), "x")
    assert desk.keep(House(house.home, visitor=Principal("s", "S", ("supervisor",))), event(), "s").id


def test_an_empty_home_says_what_to_do(house):
    for ask in (reach.answer, reach.groups, beside.answer, lambda one: promises.answer(one, DAY)):
        with pytest.raises(NotEnoughData) as refusal:
            ask(house)
        assert refusal.value.hint


def test_the_calendar_is_read_by_another_program(house):
    desk.keep(house, event(title="Talk, with; signs", summary="Line one\nline two"), "ana")
    desk.keep(house, event(title="All day", starts="", ends="", state="cancelled"), "ana")
    read = Calendar.from_ical(calendar.feed(house, DAY, "https://police.example:8443"))
    found = {str(one["summary"]): one for one in read.walk("VEVENT")}
    assert set(found) == {"Talk, with; signs", "Cancelled: All day"}
    assert str(found["Talk, with; signs"]["description"]) == "Line one\nline two"
    assert found["Talk, with; signs"]["dtstart"].dt.hour == 9
    assert found["Cancelled: All day"]["status"] == "CANCELLED"
    assert all(str(one["uid"]).endswith("@police.example") for one in found.values())


def test_riverton_left_one_district_out_and_trust_fell_there(riverton):
    found = beside.answer(riverton, None, "2025")
    assert f"no event was held in {planted.NEGLECTED}" in found.sentence
    assert "no clear difference" in found.sentence, "outreach has no planted effect"
    said = reach.answer(riverton, None, "2025")
    assert f"No event was held in {planted.NEGLECTED}" in said.sentence
    truth = [one for one in planted.events() if one.day.year == 2025]
    assert said.sentence.startswith(f"In 2025 {len(truth)} events were held")
    rows = {row[0]: row for row in said.tables[0].rows}
    assert rows["Northgate"][2] == str(sum(one.attendance for one in truth if one.district == "Northgate"))


def test_riverton_hispanic_residents_come_less_and_small_counts_are_not_shown(riverton):
    found = reach.groups(riverton, "2025")
    assert found.result["hispanic"].high < 1
    assert found.result["asian"].low < 1 < found.result["asian"].high
    rows = {row[0]: row for row in found.tables[0].rows}
    small = {"Native American", "Other"}
    assert {name for name, row in rows.items() if row[1] == "not shown"} <= small
    few = reach.answer(riverton, None, "2025").tables[0].rows
    assert [row[2] for row in few if row[0] == "Mill Island"] == ["not shown"], "three or four people came"
    assert sum(row[2] == "not shown" for row in few) >= 2, "with another, or it could be worked out"


def test_promises_are_counted_to_the_day(house):
    kept = desk.keep(house, event(), "ana")
    for words, due, state, done in (
        ("a", dt.date(2026, 4, 1), OPEN, ""),
        ("b", dt.date(2026, 4, 2), KEPT, "done"),
        ("c", None, OPEN, ""),
        ("d", dt.date(2026, 4, 3), NOT_KEPT, "no money"),
    ):
        desk.promise(house, Promise("", kept.id, words, due, state, done), "ana")
    assert promises.answer(house, dt.date(2026, 4, 1)).sentence == "4 promises were made; of the 2 that were due 1 was kept. None is overdue."
    late = promises.answer(house, dt.date(2026, 4, 2))
    assert late.sentence == "4 promises were made; of the 3 that were due 1 was kept. 1 is overdue."
    assert [row[0] for row in late.tables[0].rows][:2] == ["a", "c"]


def test_every_change_is_another_version(house):
    seen = {held.version(house)}
    kept = desk.keep(house, event(), "ana")
    seen.add(held.version(house))
    desk.keep(house, dataclasses.replace(kept, title="Tea"), "ana")
    seen.add(held.version(house))
    desk.remove(house, kept.id, "ana")
    seen.add(held.version(house))
    assert len(seen) == 4
