"""A review board: samples that can be drawn again, findings beside the agency's, recommendations with their history, all in the audit log."""

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, CommonGroundError, NotEnoughData, ScopeError
from dashboard.schema.scope import Scope
from dashboard.services.accountability import oversight
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.oversight import Oversight
from data_sources.sample import truth

BOARD = Principal("b", "Board", ("council",))
AGENCY = Principal("a", "Standards", ("professional_standards",))


@pytest.fixture
def own(own_riverton):
    """A copy of the sample home that a test may write into, as the board sees it."""
    return House(own_riverton.home, visitor=BOARD)


def as_agency(house):
    return House(house.home, visitor=AGENCY)


def test_the_same_seed_draws_the_same_cases(own):
    one = oversight.draw(own, 20, "Board", seed=4711)
    other = oversight.draw(own, 20, "Board", seed=4711)
    third = oversight.draw(own, 20, "Board", seed=4712)
    assert one.cases == other.cases != third.cases
    assert len(set(one.cases)) == 20
    assert one.checksum == other.checksum
    assert oversight.repeats(own, one) is True
    assert [(line.action, line.who) for line in Audit(own.records).search(action="board sample")][:1] == [("board sample", "Board")]


def test_every_case_is_drawn_as_often(own):
    there = [f"C{n}" for n in range(40)]
    hits = [case for seed in range(2000) for case in oversight.drawn(there, 10, seed)]
    counts = [hits.count(case) for case in there]
    assert all(430 <= n <= 570 for n in counts)  # 500 expected, standard deviation 19


def test_what_cannot_be_drawn_is_said(own):
    with pytest.raises(NotEnoughData, match="decided cases to draw from"):
        oversight.draw(own, 500, "Board", first=truth.LAST, last=truth.LAST)
    with pytest.raises(ScopeError, match="A sample holds"):
        oversight.draw(own, 0, "Board")
    with pytest.raises(ScopeError, match="A seed is"):
        oversight.draw(own, 5, "Board", seed=-1)
    with pytest.raises(ScopeError, match="ends before"):
        oversight.draw(own, 5, "Board", first=truth.LAST, last=truth.FIRST)


def test_the_board_sees_drawn_cases_and_nothing_that_names_anybody(own):
    number = oversight.waiting(own)[0].number
    found = oversight.case(own, number)
    assert found.allegations
    assert found.finding
    shown = set(found.__dataclass_fields__)
    assert not {"officer_key", "complainant_race_group", "complainant_age", "narrative"} & shown
    drawn = {case for sample, _ in oversight.samples(own) for case in sample.cases}
    stranger = next(case for case in oversight._decided(own, None, None) if case not in drawn)
    with pytest.raises(ScopeError, match="was not drawn"):
        oversight.case(own, stranger)


def test_a_finding_is_kept_beside_the_agencys(own):
    before = len(oversight.waiting(own))
    one = oversight.waiting(own)[0]
    oversight.judge(own, one.sample.id, one.number, "unfounded", note=" ", who="Board")
    assert len(oversight.waiting(own)) == before - 1
    kept = next(r for r in Oversight(own.records).reviews() if r.case == one.number and r.sample_id == one.sample.id)
    assert (kept.board, kept.note) == ("unfounded", "")
    assert kept.agency
    oversight.judge(own, one.sample.id, one.number, "sustained", note="Footage shows it.", who="Board")
    changed = next(r for r in Oversight(own.records).reviews() if r.case == one.number and r.sample_id == one.sample.id)
    assert (changed.board, changed.note) == ("sustained", "Footage shows it.")
    assert len([line for line in Audit(own.records).search(action="board finding") if line.subject == one.number]) == 2
    for wrong in ((one.sample.id, one.number, "guilty"), ("none", one.number, "sustained")):
        with pytest.raises(CommonGroundError):
            oversight.judge(own, *wrong, who="Board")


def test_the_planted_agreement_is_found(riverton):
    found = oversight.agreed(riverton, Scope()).result
    assert found.share.low <= truth.BOARD_AGREES <= found.share.high
    assert 0 < found.kappa.low < found.kappa.value < found.share.value


def test_a_recommendation_has_a_history_and_each_side_its_own_states(own):
    name = oversight.recommend(own, "Call back", "Call every complainant back within a week.", "Board")
    with pytest.raises(AccessDenied):
        oversight.move(own, name, "accepted", "We like it.", "Board")
    oversight.move(as_agency(own), name, "partly", "Within two weeks.", "Standards")
    with pytest.raises(AccessDenied):
        oversight.move(as_agency(own), name, "withdrawn", "No.", "Standards")
    with pytest.raises(ScopeError, match="is empty"):
        oversight.move(as_agency(own), name, "done", " ", "Standards")
    one = next(one for one in oversight.recommendations(own) if one.id == name)
    assert [(step.state, step.who) for step in one.steps] == [("made", "Board"), ("partly", "Standards")]
    assert one.state == "partly"
    assert len(Audit(own.records).search(action="board recommendation step")) >= 1


@pytest.mark.parametrize("roles", [(), ("supervisor",), ("hr",), ("admin",), ("analyst",)])
def test_it_is_closed_to_everybody_else(riverton, roles):
    house = House(riverton.home, visitor=Principal("x", "X", roles))
    for ask in (oversight.waiting, oversight.samples, oversight.recommendations, oversight.to_draw_from):
        with pytest.raises(AccessDenied):
            ask(house)
    with pytest.raises(AccessDenied):
        oversight.draw(house, 5, "X")


def test_the_agency_does_not_draw_or_judge(riverton):
    with pytest.raises(AccessDenied):
        oversight.draw(House(riverton.home, visitor=AGENCY), 5, "Standards")
    assert oversight.samples(House(riverton.home, visitor=AGENCY))
