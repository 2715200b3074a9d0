"""A case from the pattern to the look again: every step and view in the audit log, order kept, steps taken back, nothing without a reason."""

import datetime as dt
import shutil

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, CommonGroundError, ScopeError, StoreError
from dashboard.services.early import cases, model, patterns, record
from dashboard.services.early.events import Window
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.officer_cases import OfficerCases

SOON = dt.date.today() + dt.timedelta(days=100)


@pytest.fixture
def house(riverton, tmp_path):
    """A copy of the sample that may be written to, as its professional-standards officer sees it."""
    shutil.copytree(riverton.home.path, tmp_path / "home")
    return House(tmp_path / "home", visitor=Principal("ps", "Pat", ("professional_standards",)))


@pytest.fixture
def found(house):
    return model.model(house)


def lines(house, action):
    return Audit(house.records).search(action=action)


def test_the_list_needs_a_reason_and_is_written_down_with_whom_it_names(house, found):
    with pytest.raises(ScopeError):
        patterns.listing(house, found, "  hm ")
    assert not lines(house, "officers_listed")
    shown = patterns.listing(house, found, "Weekly review").patterns
    (line,) = lines(house, "officers_listed")
    assert (line.who, line.details["reason"]) == ("ps", "Weekly review")
    assert line.details["officers"] == [one.key for one in shown]
    for one in shown:
        assert "would have about" in one.words
        assert "risk" not in (one.words + one.against).lower()
        assert "Compared with" in one.against


def test_one_opening_is_one_line_and_another_officer_reason_or_reader_is_a_new_one(house, found):
    first, second = (one.name for one in found.review.officers[:2])
    opened = record.opened(house, found, first, "Monthly look at patterns")
    assert record.opened(house, found, first, "Monthly look at patterns", opened.line).line == opened.line
    assert len(lines(house, "officer_viewed")) == 1
    other = House(house.home, visitor=Principal("ps2", "Kim", ("professional_standards",)))
    more = {
        opened.line,
        record.opened(house, found, second, "Monthly look at patterns", opened.line).line,
        record.opened(house, found, first, "Another reason altogether", opened.line).line,
        record.opened(other, found, first, "Monthly look at patterns", opened.line).line,
        record.opened(house, found, first, "Monthly look at patterns").line,
    }
    assert {one.number for one in lines(house, "officer_viewed")} == more
    assert len(more) == 5
    listed = patterns.listing(house, found, "Weekly review")
    assert patterns.listing(house, found, "Weekly review", listed.line) == listed
    assert [one.number for one in lines(house, "officers_listed")] == [listed.line]
    assert patterns.listing(house, found, "Weekly review", opened.line).line not in {listed.line, opened.line}


def test_a_record_opens_only_with_a_reason_that_is_kept(house, found):
    key = found.review.for_review[0].name
    with pytest.raises(ScopeError):
        record.opened(house, found, key, "")
    assert not lines(house, "officer_viewed")
    shown = record.opened(house, found, key, "Monthly look at patterns")
    (line,) = lines(house, "officer_viewed")
    assert (line.who, line.subject, line.details["reason"]) == ("ps", key, "Monthly look at patterns")
    assert {table.title for table in shown.tables} >= {"Uses of force in these months", "Postings"}
    assert len(shown.tables[0].rows) >= shown.figures.observed


@pytest.mark.parametrize("visitor", [ANYONE, *(Principal("p", "P", (role,)) for role in ("council", "supervisor", "hr", "analyst", "admin"))])
def test_nobody_else_sees_anything(house, found, visitor):
    other = House(house.home, visitor=visitor)
    for ask in (
        lambda: model.model(other),
        lambda: patterns.listing(other, found, "curious about it"),
        lambda: record.opened(other, found, found.review.officers[0].name, "curious about it"),
        lambda: cases.waiting(other),
        lambda: record.commend(other, "k", ("2025-01-01", "thanks", "x")),
    ):
        with pytest.raises(AccessDenied):
            ask()


def test_a_case_goes_step_by_step_and_back(house, found):
    key = found.review.for_review[0].name
    case = cases.take_up(house, found, key, "Differs on the evening shift")
    with pytest.raises(StoreError):
        cases.take_up(house, found, key, "again")
    with pytest.raises(StoreError):
        cases.decided(house, case, "training", "too early", SOON)
    with pytest.raises(StoreError):
        cases.talked(house, case, "   ")
    cases.talked(house, case, "Talked about the evening shift")
    with pytest.raises(StoreError):
        cases.decided(house, case, "training", "no day given", None)
    with pytest.raises(StoreError):
        cases.decided(house, case, "dismissal", "not a choice", SOON)
    with pytest.raises(StoreError):
        cases.decided(house, case, "training", "a day that is gone", dt.date(2020, 1, 1))
    cases.decided(house, case, "training", "De-escalation course", SOON)
    (line,) = cases.waiting(house)
    assert (line.due, line.overdue) == (SOON, False)
    cases.undo(house, case)
    told = OfficerCases(house.records).get(case)
    assert told.next == cases.DECIDED
    assert [one.undone is None for one in told.steps] == [True, True, False]
    cases.decided(house, case, "wellness", "Offered peer support", SOON)
    assert cases.changed(house, OfficerCases(house.records).get(case)).verdict == "too early"
    cases.followed(house, case, "Looked again")
    assert not cases.waiting(house)
    assert OfficerCases(house.records).get(case).next == ""
    kept = [line.action for line in Audit(house.records).search() if line.subject == key]
    assert sorted(kept) == sorted(
        ["officer_case_opened", "officer_conversation", "officer_decision", "officer_step_undone", "officer_decision", "officer_follow_up"]
    )
    assert Audit(house.records).verify().whole


def test_no_action_may_close_a_case_at_once(house, found):
    case = cases.take_up(house, found, found.review.for_review[0].name, "")
    cases.talked(house, case, "Explained by one night")
    cases.decided(house, case, "none", "One riot, six reports", None)
    assert not cases.waiting(house)


def test_reviews_do_not_change_the_next_comparison(house, found):
    before = [(one.name, one.sure, one.for_review) for one in found.review.officers]
    cases.take_up(house, found, found.review.for_review[0].name, "x")
    assert [(one.name, one.sure, one.for_review) for one in model.model(house).review.officers] == before


def test_the_change_is_counted_from_the_same_work(house):
    import dataclasses

    earlier = model.compute(house, "force", "days", dt.date(2024, 6, 30))
    one = next(one for one in earlier.review.officers if one.compared and one.observed >= 4)
    case = cases.take_up(house, earlier, one.name, "x")
    cases.talked(house, case, "x y")
    cases.decided(house, case, "training", "x y", SOON)
    told = OfficerCases(house.records).get(case)
    observed, expected = cases._since(house, told, Window(dt.date(2024, 7, 1), dt.date(2025, 6, 30)))
    later = model.compute(house, "force", "days", dt.date(2025, 6, 30), 12).officer(one.name)
    assert (observed, expected) == (later.observed, later.expected)
    past = dataclasses.replace(told, steps=tuple(dataclasses.replace(step, moment=dt.datetime(2024, 7, 1, tzinfo=dt.UTC)) for step in told.steps))
    assert cases.changed(house, past).verdict in {"fell", "within", "rose"}


def test_what_was_good_is_kept_once_and_audited(house):
    cases_of = OfficerCases(house.records)
    record.commend(house, "abc", ("2025-05-01", "thanks", "Stayed with a lost child"))
    with pytest.raises(CommonGroundError):
        record.commend(house, "abc", ("2025-05-01", "medal", "x"))
    (good,) = cases_of.commendations("abc")
    assert (good.kind, good.text) == ("thanks", "Stayed with a lost child")
    assert not cases_of.commend(good, "ps")
    assert len(cases_of.commendations("abc")) == 1
    assert lines(house, "officer_commended")
