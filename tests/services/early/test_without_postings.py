"""Force records alone: no postings, no arrests. The answer is cautious, says what is missing, and still compares like places and shifts."""

from pathlib import Path

import pytest

from dashboard.errors import NotEnoughData
from dashboard.schema.result import Status
from dashboard.services import imports
from dashboard.services.early import answers, model, patterns
from dashboard.services.house import House
from data_sources.sample import generate, truth
from data_sources.sample import stops as sample_stops

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "force" / "seattle__Use_Of_Force.csv"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A home with the sample's uses of force and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    house = House(folder / "home")
    (staged,) = generate.sample(folder / "made", 3_000, truth.SEED, tables=["use_of_force"])
    house.facts.commit(staged, "test")
    return house


def test_the_answer_is_cautious_and_says_what_is_missing(alone):
    found = model.model(alone)
    assert found.bases == ("inferred",)
    said = answers.overview(found)
    assert said.status is Status.CAUTION
    assert any("Import postings" in note for note in said.notes)
    assert any("Officers without any record are missing" in note for note in said.notes)
    shown = patterns.listing(alone, found, "test without postings").patterns
    assert any("worked more" in note for note in said.notes)
    assert all("unit" not in one.words for one in shown), "nothing is said of a unit that nobody recorded"


def test_the_true_outliers_are_still_found_though_others_may_stand_beside_them(alone):
    keys = sample_stops.officer_keys(truth.SEED)
    names = {one.name for one in model.model(alone).review.for_review}
    assert {keys[place] for place in truth.FORCE_OUTLIERS} <= names
    assert len(names) <= 12


def test_an_empty_home_explains_the_next_step(tmp_path):
    with pytest.raises(NotEnoughData) as refusal:
        model.model(House(tmp_path / "home"))
    assert "Import" in refusal.value.hint


@pytest.mark.skipif(not REAL.exists(), reason="the real export is not on this machine")
def test_the_officers_of_a_real_export_go_through(tmp_path):
    house = House(tmp_path / "home")
    imports.bring(house, [REAL], "test")
    whole = model.compute(house, "force", months=120)
    assert len(whole.review.officers) == 1217
    assert whole.review.compared > 800
    assert whole.rules.common_top < whole.rules.top
    assert whole.rules.rules[1].false_flags > 2 * whole.review.false_flags
    assert answers.overview(whole).status is Status.CAUTION
