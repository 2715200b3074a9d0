"""Is what was planted about complaints and cameras found again, and do the public and staff read the same numbers from different places?"""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, NotEnoughData, ScopeError
from dashboard.schema.result import Status
from dashboard.schema.scope import Audience, Scope
from dashboard.services import releases
from dashboard.services.accountability import appeals, cameras, findings, funnel, stages, times
from dashboard.services.house import House
from dashboard.stats import duration
from dashboard.store.cases import last_day, tally_cases
from data_sources.sample import truth

EVERYBODY, STAFF = Scope(audience=Audience.PUBLIC), Scope(audience=Audience.STAFF)
BOTH = (
    funnel.answer,
    times.to_decision,
    times.to_release,
    cameras.active,
    findings.by_allegation,
    findings.discipline,
    funnel.by_group,
    appeals.answer,
)


def median(house, start=None, end=None):
    return times.computed(house, STAFF.narrowed(start=start, end=end), times.DECISION)[0].median


def test_the_backlog_is_found_although_the_closed_cases_hide_it(riverton):
    """Log-normal days: the planted median is DECISION_MEDIAN before the backlog and BACKLOG_FACTOR times it after."""
    before = median(riverton, end=truth.BACKLOG_FROM - dt.timedelta(days=1))
    after = median(riverton, start=truth.BACKLOG_FROM)
    assert before.low <= truth.DECISION_MEDIAN <= before.high
    assert after.low <= truth.BACKLOG_FACTOR * truth.DECISION_MEDIAN <= after.high
    frame = tally_cases(riverton.facts, ("days", "finding"), STAFF.narrowed(start=truth.BACKLOG_FROM))
    closed = frame[frame["finding"] != "pending"]
    naive = np.median(np.repeat(closed["days"].astype(float), closed["n"]))
    assert naive < 0.85 * truth.BACKLOG_FACTOR * truth.DECISION_MEDIAN


def test_recordings_are_found_as_often_as_planted(riverton):
    counts, _, _ = cameras._counts(riverton, STAFF)
    for kind, share in truth.RECORDED.items():
        found = cameras._result(riverton, *counts[cameras.ALL, kind][:2]).share
        assert found.low * 0.94 <= share <= found.high + 0.05  # one district is lower, so the whole lies a little below
    low = cameras.active(riverton, STAFF.narrowed(districts=(truth.CAMERA_DISTRICT,))).result.share
    others = cameras.active(riverton, STAFF.narrowed(districts=tuple(d for d in truth.DISTRICTS if d != truth.CAMERA_DISTRICT))).result.share
    assert low.high < others.low
    assert low.value / others.value == pytest.approx(truth.CAMERA_DISTRICT_FACTOR, abs=0.04)


def test_appeals_are_found_as_often_as_planted(riverton):
    share = appeals.answer(riverton, STAFF).result
    assert share.low * 0.9 <= truth.APPEALED <= share.high


def test_published_appeals_are_the_stored_ones_in_classes(riverton):
    """Each published count is the stored one or withheld, and nothing under five is shown."""
    table, frame = releases.in_force(riverton).table(appeals.TABLE), appeals.appealed(riverton)
    shown = 0
    for year in ("all", *table.levels("year")):
        mine = frame if year == "all" else frame[frame["year"].astype(str) == year]
        for word in appeals.CLASSES:
            count = table.count(year=year, appeal=word)
            shown += count is not None
            assert count in {None, int(mine.loc[mine["appeal"] == word, "n"].sum())}
            assert count is None or count == 0 or count >= 5
    assert shown >= len(appeals.CLASSES)
    staff, public = appeals.answer(riverton, STAFF), appeals.answer(riverton, EVERYBODY)
    assert public.result.value == pytest.approx(staff.result.value, rel=0.01)
    one = appeals.answer(riverton, EVERYBODY.narrowed(start=dt.date(2024, 1, 1), end=dt.date(2024, 12, 31)))
    assert "2024" in one.pictures[0].subtitle
    with pytest.raises(ScopeError, match="Nothing is published for 1999"):
        appeals.answer(riverton, EVERYBODY.narrowed(start=dt.date(1999, 1, 1), end=dt.date(1999, 12, 31)))


def test_what_is_not_recorded_of_an_appeal_is_never_a_no(riverton, monkeypatch):
    def told(yes, no, unknown):
        rows = {"year": 2024, "appealed": [True, False, None], "appeal_outcome": ["reduced", None, None], "n": [yes, no, unknown]}
        monkeypatch.setattr(appeals, "decided", lambda house, scope: pd.DataFrame(rows))
        return appeals.appealed(riverton)

    assert list(told(10, 86, 4)["appeal"]) == [appeals.CHANGED]
    assert told(10, 80, 10).empty, "one in ten does not say: then the share of appeals is unknown"


def test_the_table_of_appeals_does_not_say_how_many_cases_are_open(riverton):
    """A total of decided cases beside the released total of all cases would be one number away from the open ones, which may be withheld."""
    table = releases.in_force(riverton).table(appeals.TABLE)
    assert table.count() == int(appeals.appealed(riverton)["n"].sum())
    assert not {"not_appealed", "open"} & set(table.levels("appeal"))


@pytest.mark.parametrize("ask", BOTH)
def test_the_public_reads_released_numbers_only(ask, riverton):
    found = ask(riverton, EVERYBODY)
    assert found.public
    assert found.provenance.release
    assert not found.provenance.imports
    assert not ask(riverton, STAFF).public


def test_released_and_stored_numbers_agree(riverton):
    for ask in (funnel.answer, times.to_decision, cameras.active):
        assert ask(riverton, EVERYBODY).sentence == ask(riverton, STAFF).sentence


@pytest.mark.parametrize("scope", [EVERYBODY, STAFF])
def test_every_sustained_allegation_has_one_discipline(scope, riverton):
    found = findings.discipline(riverton, scope)
    (table,), (picture,) = found.tables, found.pictures
    assert len(set(picture.columns)) == len(picture.columns)
    for row in table.rows:
        parts = [one.value for one in row[2:]]
        if None not in parts:
            assert sum(parts) == row[1].value
    hard = riverton.facts.tally("complaints", ("discipline",), STAFF.and_where("finding", "sustained")).set_index("discipline")["n"]
    share = (hard.sum() - hard.get("training", 0) - hard.get("none", 0)) / hard.sum()
    assert f"{100 * share:.0f}" in found.sentence or "Too few" in found.sentence


def test_a_year_is_narrower_than_all_years(riverton):
    year = EVERYBODY.narrowed(start=truth.FIRST, end=truth.FIRST.replace(month=12, day=31))
    assert funnel.answer(riverton, year).result.cases < funnel.answer(riverton, EVERYBODY).result.cases
    with_none = EVERYBODY.narrowed(start=truth.FIRST.replace(year=1999), end=truth.FIRST.replace(year=1999, month=12, day=31))
    with pytest.raises(Exception, match="Nothing is published for 1999"):
        funnel.answer(riverton, with_none)


@pytest.mark.parametrize("ask", [*BOTH, funnel.by_complainant])
def test_the_council_never_gets_stored_numbers(ask, riverton):
    council = House(riverton.home, visitor=Principal("p1", "C", ("council",)))
    with pytest.raises(AccessDenied):
        ask(council, STAFF)
    assert ask(council, Scope(audience=Audience.COUNCIL)).public


def test_stages_add_up_to_all_cases(riverton):
    found = stages.counted(riverton, STAFF, "complainant")
    for level in (*found.levels, stages.ALL):
        assert sum(found.count(stage, level) for stage in stages.STAGES) == found.count(stages.ALL, level)
    assert sum(found.count(stages.ALL, level) for level in found.levels) == found.count(stages.ALL)


def test_withheld_counts_give_no_share(riverton):
    found = dataclasses.replace(stages.counted(riverton, STAFF), counts={("all", stages.SUSTAINED): None})
    assert found.findings() is None
    assert funnel._outcomes(riverton, found, "all").of_closed.status is Status.WITHHELD


def test_the_incident_can_start_the_clock(riverton):
    late = riverton.with_settings({"cameras.clock": "incident"})
    assert times.to_release(late, STAFF).result.median.value > times.to_release(riverton, STAFF).result.median.value


def test_discipline_that_is_not_recorded_is_never_nought(riverton):
    """Detroit's export has no discipline: its share is not 0."""
    counts = {("force", "not recorded"): 40, ("force", "all"): 40, ("all", "not recorded"): 40, ("all", "all"): 40}
    assert findings._hardest(counts, ["not recorded"]) == findings.NOT_SAID
    found = dataclasses.replace(stages.counted(riverton, STAFF), counts={("all", stages.SUSTAINED): 40, ("all", stages.WITH): 0})
    assert funnel._step(found, stages.WITH).status is Status.UNAVAILABLE
    assert funnel._step(found, stages.SUSTAINED).value == 40


def test_an_empty_home_says_what_to_do(tmp_path):
    house = House(tmp_path / "home")
    for ask in BOTH:
        with pytest.raises(NotEnoughData) as refusal:
            ask(house, STAFF)
        assert refusal.value.hint
    assert last_day(house.facts) is None
    assert duration.time_to_decision([]).by_target.status is Status.UNAVAILABLE
