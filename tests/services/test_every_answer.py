"""Every measure asked of stored facts: whole where there are data, an honest refusal where there are none, the same twice."""

from __future__ import annotations

import json
import shutil

import pytest

from dashboard.errors import CommonGroundError, NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.as_json import plain
from dashboard.schema.picture import BarPlot, CurvePlot, DotPlot, GridPlot, LikertPlot, ScatterPlot, TrendPlot
from dashboard.schema.result import Status
from dashboard.services import measures
from dashboard.services.house import House

NAMES = sorted(measures.ASKED_OF_FACTS)
SAMPLED = {
    **dict.fromkeys(("force.rates", "force.severity", "force.peers", "trend.interrupted", "trend.controlled"), "sample-use_of_force"),
    **dict.fromkeys(("complaints.outcomes", "complaints.time", "oversight.agreement"), "sample-complaints"),
    "cameras.release": "sample-bwc_requests",
    "cameras.active": "sample-camera_activations",
}
DRAWN = {
    **{BarPlot: "bars", CurvePlot: "curves", DotPlot: "dots", GridPlot: "cells"},
    **{LikertPlot: "rows", ScatterPlot: "marks", TrendPlot: "series"},
}
HEAVY = {"adjusted.matched", "threshold.fit", "darkness.veil"}


@pytest.fixture(scope="module")
def asked(riverton, tmp_path_factory) -> House:
    """The sample agency in a home of its own: that officers were compared is written down."""
    return House(shutil.copytree(riverton.home.path, tmp_path_factory.mktemp("asked") / "home"))


@pytest.fixture(scope="module")
def answers(asked, staff) -> dict[str, Answer]:
    return {name: measures.run(asked, name, staff) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_whole(name, answers, asked):
    found = answers[name]
    assert found.measure == name
    assert found.measure in measures.all_measures()
    assert found.question.endswith("?")
    assert found.sentence.endswith((".", ")"))
    assert found.status in {Status.OK, Status.CAUTION, Status.UNAVAILABLE}
    assert found.result
    assert found.tables
    for table in found.tables:
        assert table.title
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert len(table.kinds) <= len(table.columns)
    assert any(table.rows for table in found.tables)
    for gate in found.gates:
        assert gate.name
        assert gate.needed
        assert gate.found
    assert found.provenance.sample
    assert found.provenance.data_version
    shown = dict(found.provenance.settings)
    if name.startswith("employee."):  # staff results come out of a frozen release, of groups of ten
        assert found.provenance.release
        assert shown["least answers"] == "10"
        assert not found.public
        return
    if name.startswith("survey."):  # survey results come out of a frozen release, whatever the settings of stops are
        assert found.provenance.release
        assert shown["least answers"] == "5"
        return
    if name.startswith("text."):  # so do counts of comments; what was taken out of them is counted from the store
        assert found.provenance.release or name == "text.redaction"
        return
    if name.startswith("peers."):
        assert ("sample-stops" if name == "peers.shares" else "sample-use_of_force") in found.provenance.imports
        assert not found.public
        return
    if name in {"together.ranks", "outreach.before_after"}:  # published counts beside frozen survey results
        assert found.provenance.release
        return
    assert shown["groups.reference"] == "white"
    assert {"multirace", "outcome.searches"} <= set(shown)
    if not found.public:
        assert SAMPLED.get(name, "sample-stops") in found.provenance.imports
    assert found.public == bool(found.provenance.release)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_data_and_unknown_is_never_a_number(name, answers):
    written = json.loads(json.dumps(plain(answers[name]), allow_nan=False))
    assert written["measure"] == name
    assert set(written) >= {"sentence", "status", "tables", "gates", "notes", "result", "provenance"}
    assert "nan" not in answers[name].sentence.lower().split()


@pytest.mark.parametrize("name", NAMES)
def test_its_pictures_have_something_to_draw(name, answers):
    for picture in answers[name].pictures:
        assert picture.title
        assert picture.subtitle
        assert getattr(picture, DRAWN[type(picture)])


@pytest.mark.parametrize("name", sorted(set(NAMES) - HEAVY))
def test_the_same_question_has_the_same_answer(name, answers, asked, staff):
    assert measures.run(asked, name, staff).sentence == answers[name].sentence


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_home_is_refused_in_words(name, empty, staff):
    with pytest.raises(NotEnoughData) as refusal:
        measures.run(empty, name, staff)
    assert refusal.value.message.endswith(".")
    assert refusal.value.hint


@pytest.fixture(scope="module")
def one_row(tmp_path_factory, made):
    """A home with one stop."""
    import dataclasses

    import pyarrow.parquet as pq

    from dashboard.services.house import House

    folder = tmp_path_factory.mktemp("one")
    path = folder / "row.parquet"
    pq.write_table(made[1].slice(0, 1), path)
    house = House(folder / "home")
    staged = dataclasses.replace(made[0], folder=folder, accepted=(path,), rows_read=1, rows_accepted=1, rows_duplicate=0, notes=())
    assert house.facts.commit(staged, "test").accepted == 1
    return house


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"release.suppression"}))
def test_one_stop_never_becomes_a_finding(name, one_row, staff):
    try:
        found = measures.run(one_row, name, staff)
    except NotEnoughData as refusal:
        hint = refusal.hint
    else:
        hint = ""
    if hint:
        return
    assert found.status is not Status.OK or found.measure == "trend.periods"
    written = json.dumps(plain(found), allow_nan=False)
    assert "interval" not in found.sentence or found.status is Status.CAUTION, written


def test_an_unknown_measure_lists_those_there_are(asked, staff):
    with pytest.raises(CommonGroundError, match=r"no measure 'gut\.feeling'") as error:
        measures.run(asked, "gut.feeling", staff)
    assert "outcome.hit_rates" in error.value.hint


def test_every_registered_measure_is_asked_of_facts_or_of_numbers():
    for name, one in measures.all_measures().items():
        assert name in measures.ASKED_OF_FACTS, f"{name} ({one.title}) cannot be asked"
    assert set(measures.ASKED_OF_FACTS) == set(measures.all_measures())


def test_a_measure_of_numbers_is_computed_from_numbers(asked, staff):
    found = measures.run(asked, "rates.proportion", staff, {"k": 30, "n": 100})
    assert found.result.value == pytest.approx(0.3)
    assert "30%" in found.sentence or "0.3" in found.sentence
    with pytest.raises(CommonGroundError, match="computed from numbers") as error:
        measures.run(asked, "rates.proportion", staff, {"k": 30})
    assert "--input n=" in error.value.hint
    with pytest.raises(CommonGroundError):
        measures.run(asked, "rates.proportion", staff, {"k": 30, "n": 20})
