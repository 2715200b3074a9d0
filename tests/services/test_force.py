"""Does the Use of force page tell the same numbers to everyone who may see them, and no small one to the public?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData, SourceError
from dashboard.schema.result import Estimate, Status
from dashboard.schema.scope import Audience, Scope
from dashboard.services import (
    force,
    force_beside,
    force_changes,
    force_peers,
    force_policies,
    force_rates,
    force_severity,
    imports,
    policies,
    releases,
)
from dashboard.services import force_catalog as catalog
from dashboard.services.house import House
from dashboard.stats.interrupted import interrupted
from dashboard.store.facts import Facts
from dashboard.store.home import Home
from dashboard.store.units import UNITS
from data_sources.sample import generate, truth

FIXTURES = Path(__file__).parents[1] / "fixtures"
STAFF, PUBLIC = Scope(audience=Audience.STAFF), Scope(audience=Audience.PUBLIC)
ANSWERS = (
    force.over_time,
    force.techniques,
    force.deescalation,
    force.reasons,
    force.injuries,
    force_rates.side_by_side,
    force_severity.levels,
    force_changes.banned,
)


def policy(house, force_type):
    """The planted change of policy about this technique."""
    return next(one for one in policies.listing(house) if one.force_type == force_type)


@pytest.mark.parametrize("ask", ANSWERS)
@pytest.mark.parametrize("scope", [STAFF, PUBLIC])
def test_every_part_answers_and_only_released_numbers_are_public(riverton, ask, scope):
    found = ask(riverton, scope)
    assert found.sentence.endswith(".")
    assert found.tables
    assert found.public is (scope is PUBLIC)
    assert bool(found.provenance.release) is found.public


@pytest.mark.parametrize("ask", ANSWERS)
def test_no_published_number_is_small(riverton, ask):
    found = ask(riverton, PUBLIC)
    counts = [
        cell
        for table in found.tables
        for row in table.rows
        for place, cell in enumerate(row)
        if isinstance(cell, Estimate) and table.kind(place) == "count" and cell.known
    ]
    assert not [cell for cell in counts if 0 < (cell.value or 0) < 5]


def test_the_published_incidents_are_the_exact_ones(riverton):
    exact, released = force.over_time(riverton, STAFF), force.over_time(riverton, PUBLIC)
    shown = {quarter: n for quarter, n in released.result.items() if n is not None}
    assert shown
    assert all(exact.result[quarter] == n for quarter, n in shown.items())
    frame = riverton.facts.units("incidents", (), Scope(audience=Audience.STAFF).and_where("record_status", "final", "unknown"))
    assert sum(exact.result.values()) == int(frame["n"].sum())


def test_incidents_are_counted_by_their_number(riverton):
    rows = riverton.facts.tally("use_of_force", ("incident_id", "subject_key", "officer_key", "force_type"))
    assert riverton.facts.units("incidents")["n"].sum() == rows["incident_id"].nunique()
    assert riverton.facts.units("subjects")["n"].sum() == len(rows[["incident_id", "subject_key"]].drop_duplicates())
    assert riverton.facts.units("involvements")["n"].sum() == len(rows[["incident_id", "officer_key"]].dropna().drop_duplicates())
    assert riverton.facts.units("techniques")["n"].sum() == len(rows[["incident_id", "force_type"]].drop_duplicates())
    assert riverton.facts.officers() == rows["officer_key"].nunique()


def test_the_planted_drop_is_recovered(riverton):
    found = force_policies.judged(riverton, policy(riverton, truth.POLICY_FORCE), STAFF)
    assert found.effect.low is not None
    assert found.effect.high is not None
    assert found.effect.low <= truth.POLICY_KEPT <= found.effect.high
    assert found.effect.high < 1
    everything = force_policies.monthly(riverton, "", STAFF)
    unchanged = interrupted(everything, f"{truth.POLICY_DATE:%Y-%m}").effect
    assert (unchanged.low or 0) <= 1 <= (unchanged.high or 2)


def test_the_planted_drop_is_recovered_beside_what_the_policy_did_not_touch(riverton):
    one = policy(riverton, truth.POLICY_FORCE)
    assert one.comparison == truth.POLICY_UNTOUCHED
    found = force_beside.judged(riverton, one, STAFF)
    assert found.effect.low <= truth.POLICY_KEPT <= found.effect.high
    assert found.comparison.effect.low <= 1 <= found.comparison.effect.high
    told = force_changes.followed(riverton, STAFF, one.id)
    assert "Compared with incidents with handcuff, which it does not touch" in told.sentence
    assert any("officers did not turn to them instead" in note for note in told.notes)
    released = force_changes.followed(riverton, PUBLIC, one.id)
    assert released.tables[0].rows[0][-1].value == pytest.approx(found.effect.value)
    assert "Compared with incidents with handcuff, which it does not touch" in released.sentence
    assert any("officers did not turn to them instead" in note for note in released.notes)


def test_a_comparison_that_cannot_serve_is_refused_in_words_and_bad_names_are_refused(riverton, empty):
    one = dataclasses.replace(policy(riverton, truth.POLICY_FORCE), comparison=truth.BANNED)
    found = force_beside.judged(riverton, one, STAFF)
    assert found.effect.value is None
    assert force_beside.public_reason(found) == force_beside.TOO_FEW
    assert force_beside.TOO_FEW in force_beside.remarks(one, found)
    assert force_beside.judged(riverton, dataclasses.replace(one, comparison=""), STAFF) is None
    given = {"date": "2024-01-01", "title": "A rule", "force_type": "strike"}
    for bad in ({"compare_with": "strike"}, {"compare_with": "shouting"}, {"compare_with": "takedown", "force_type": ""}):
        with pytest.raises(SourceError):
            policies.enter(empty, given | bad, "Ada")
    policies.enter(empty, given | {"compare_with": "chemical"}, "Ada")
    assert policies.listing(empty)[0].comparison == "chemical"


def test_the_public_reads_the_same_effect_and_its_honesty(riverton):
    one = policy(riverton, truth.POLICY_FORCE)
    exact, released = force_policies.judged(riverton, one, STAFF), force_changes.followed(riverton, PUBLIC, one.id)
    assert released.result.value == pytest.approx(exact.effect.value)
    assert "association, not proof" in released.sentence
    assert any("entered on" in note for note in released.notes)
    assert [series.label for series in released.pictures[0].series] == ["As counted", "If before had gone on"]
    assert released.pictures[0].events


def test_a_ban_is_counted_from_its_day(riverton):
    exact = force_changes.banned(riverton, STAFF)
    assert "0 incidents since" in exact.sentence
    frame = catalog.units(riverton, "techniques", (), STAFF.narrowed(end=truth.BAN_DATE - dt.timedelta(days=1)).and_where("force_type", truth.BANNED))
    assert int(frame["n"].sum()) > 0


def test_missing_deescalation_is_said_and_never_no(riverton):
    found = force.deescalation(riverton, STAFF)
    assert "do not say" in found.sentence
    rows = {row[0]: row[1].value for row in found.tables[0].rows}
    total = sum(rows.values())
    assert rows["Not recorded"] / total == pytest.approx(truth.SILENT_SHARE, abs=0.04)


def test_exact_counts_are_for_staff(riverton):
    for ask in ANSWERS:
        with pytest.raises(AccessDenied):
            ask(House(riverton.home, visitor=ANYONE), STAFF)


def test_officers_are_compared_for_professional_standards_alone_and_every_look_is_written_down(own_riverton):
    from dashboard.store.audit import Audit

    with pytest.raises(AccessDenied):
        force_peers.answer(House(own_riverton.home, visitor=Principal("a", "A", ("analyst",))), STAFF)
    house = House(own_riverton.home, visitor=Principal("p", "P", ("professional_standards",)))
    found = force_peers.answer(house, STAFF)
    assert not found.public
    assert found.result.officers
    assert any(line.action == "officers compared" for line in Audit(house.records).search()[:20])


def test_nothing_is_said_without_force(empty):
    for ask in ANSWERS:
        for scope in (STAFF, PUBLIC):
            with pytest.raises(NotEnoughData):
                ask(empty, scope)


def test_a_list_of_policies_is_read_from_the_template_and_bad_lines_are_named(empty):
    assert policies.take(empty, "list.csv", policies.TEMPLATE.encode(), "Ada") == 1
    assert policies.take(empty, "list.csv", policies.TEMPLATE.encode(), "Ada") == 0
    (one,) = policies.listing(empty)
    assert (one.date, one.force_type, one.bans, one.entered_by) == (dt.date(2024, 7, 1), "takedown", False, "Ada")
    for bad, words in (
        ("date,title\n2024-13-01,x\n", "not a date"),
        ("date,title\n2024-01-01,\n", "title"),
        ("date,title,force_type\n2024-01-01,x,kicking\n", "force type"),
        ("date,title,bans_it\n2024-01-01,x,yes\n", "force type that it bans"),
        ("date,title,link\n2024-01-01,x,javascript:alert(1)\n", "https"),
        ("day,name\n1,2\n", "no column date"),
        ("date,title\n", "no change"),
    ):
        with pytest.raises(SourceError, match=words):
            policies.take(empty, "list.csv", bad.encode(), "Ada")
    policies.remove(empty, one.id, "Ada")
    assert policies.listing(empty) == []


@pytest.fixture(scope="module")
def forced(tmp_path_factory):
    """A home with force and nothing else."""
    folder = tmp_path_factory.mktemp("forced")
    house = House(folder / "home")
    (staged,) = generate.sample(folder / "made", 20_000, 7, tables=["use_of_force"])
    house.facts.commit(staged, "test")
    return house


def test_a_new_policy_is_published_at_once(forced):
    releases.publish(forced, "Ada")
    before = releases.current_id(forced)
    assert policies.enter(forced, {"date": "2024-01-01", "title": "Holds reported", "force_type": "control_hold"}, "Ada") == 1
    assert releases.current_id(forced) != before
    found = force_changes.followed(forced, PUBLIC, policies.listing(forced)[0].id)
    assert found.status in {Status.OK, Status.WITHHELD, Status.UNAVAILABLE}


def test_a_comparison_that_cannot_be_made_gives_no_count_away(forced):
    policies.enter(forced, {"date": "2022-03-01", "title": "Too early", "force_type": "canine_bite"}, "Ada")
    early = next(one for one in policies.listing(forced) if one.title == "Too early")
    found = force_changes.followed(forced, PUBLIC, early.id)
    assert found.status is Status.UNAVAILABLE
    assert force_policies.NEEDS in found.sentence


def test_without_arrests_calls_or_residents_nothing_is_divided(forced):
    with pytest.raises(NotEnoughData, match="divide"):
        force_rates.side_by_side(forced, PUBLIC)


def test_reports_that_know_only_the_year_are_drawn_by_year(tmp_path):
    house = House(tmp_path / "home")
    imports.bring(house, [FIXTURES / "northampton_force" / "2017.csv"], "Ada")
    found = force.over_time(house, STAFF)
    assert [point.period for point in found.pictures[0].series[0].points] == ["2017"]
    assert force_policies.monthly(house, "", STAFF) == []


def test_kept_counts_answer_like_the_rows_and_go_with_their_version(tmp_path):
    (staged,) = generate.sample(tmp_path / "made", 20_000, 7, tables=["use_of_force"])
    small, kept = Facts(Home(tmp_path / "small")), Facts(Home(tmp_path / "kept"), rollup_from=0)
    for facts in (small, kept):
        copied = tmp_path / facts.home.path.name / "staged"
        shutil.copytree(staged.folder, copied)
        facts.commit(dataclasses.replace(staged, folder=copied, accepted=tuple(copied / path.name for path in staged.accepted)), "test")
    folder = kept.home.rollups / "units"
    assert len(list(folder.glob("*.parquet"))) == len(UNITS)
    assert not list((small.home.rollups / "units").glob("*.parquet"))
    by = {"incidents": ("month", "force_level"), "subjects": ("year", "race_group"), "techniques": ("force_type",), "involvements": ("quarter",)}
    for name, columns in by.items():
        assert small.units(name, columns).equals(kept.units(name, columns))
    assert small.patterns(STAFF, ("final",)) == kept.patterns(STAFF, ("final",))
    kept.undo(staged.import_id, "test")
    assert not list(folder.glob("*.parquet")) or kept.units("incidents")["n"].sum() == 0
