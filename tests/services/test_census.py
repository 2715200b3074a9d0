"""Census margins that a person brings in: what fits is kept as a whole and weights anew, what does not is refused in a sentence."""

import shutil

import pytest

from dashboard.errors import CommonGroundError, NotEnoughData, SourceError
from dashboard.services.house import House
from dashboard.services.surveys import census, reading
from dashboard.store import margins as store
from dashboard.store.audit import Audit
from data_sources.sample import opinions

GENDER = "margin,category,count\ngender,Woman,60000\ngender,man,40000\n"


@pytest.fixture
def house(riverton, tmp_path) -> House:
    """The sample agency in a folder that may be written to."""
    shutil.copytree(riverton.home.path, tmp_path / "home")
    return House(tmp_path / "home")


def wave(house):
    return reading.results(house, "community").latest


def test_a_file_becomes_the_margins_and_results_are_weighted_anew(house):
    before = wave(house)["weighting"]
    found = census.read(house, ("\ufeff" + GENDER).encode())
    assert found.margins == {"C22": {"woman": 60000.0, "man": 40000.0}}
    assert any("keep their own share" in one for one in found.warnings)
    assert store.kept(house.home).source != "ACS 2024", "reading keeps nothing"
    assert len(census.affected(house)) == census.keep(house, found, "ACS 2024", "Ada")
    after = wave(house)["weighting"]
    assert (after["margins"], after["source"]) == (["gender"], "ACS 2024")
    assert set(before["margins"]) == {"area", "age", "race", "gender"}
    assert Audit(house.records).search(action="census margins")[0].action == "census margins"
    assert census.in_force(house)[0].margins == found.margins


def test_the_planted_census_as_a_file_gives_the_same_results(house):
    before = wave(house)["cells"]
    rows = [f'{question},"{name}",{value}' for question, people in opinions.margins().items() for name, value in people.items()]
    census.keep(house, census.read(house, ("margin,category,count\n" + "\n".join(rows)).encode()), "Again", "Ada")
    assert wave(house)["cells"] == before


def test_shares_and_semicolons_are_read_too(house):
    for text in ("Margin;Category;Share\nC22;woman;0.52\nC22;man;0.48\n", "margin,category,share\ngender,woman,52%\ngender,man,48%\n"):
        rows = census.read(house, text.encode()).rows()
        assert [round(share, 2) for *_, share in rows] == [0.52, 0.48]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("margin,category,count\n", "no rows"),
        ("a,b\n1,2\n", "no table of margins"),
        ("margin,category,count\nincome,high,5\n", "Line 2: there is no margin 'income'"),
        (GENDER + "gender,robot,5\n", "has the answer robot"),
        (GENDER + "gender,woman,5\n", "mean the same answer"),
        (GENDER + "gender,man,5\n", "there twice"),
        (GENDER + "gender,other,-5\n", "Line 4: '-5' is no number"),
        (GENDER + "gender,other,nan\n", "is no number"),
        ("margin,category,count\ngender,woman,5\n", "at least two"),
        ("margin,category,share\ngender,woman,0.5\ngender,man,0.3\n", "sum to 0.8"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(house, text, said):
    before = store.kept(house.home)
    with pytest.raises(CommonGroundError, match=said):
        census.read(house, text.encode())
    assert store.kept(house.home) == before


def test_bytes_that_are_no_text_are_refused(house):
    with pytest.raises(SourceError, match="cannot be read"):
        census.read(house, b"\xff\xfe\x00x")


def test_margins_need_a_source(house):
    with pytest.raises(SourceError, match="where these margins come from"):
        census.keep(house, census.read(house, GENDER.encode()), " ", "Ada")


def test_the_population_table_gives_race_and_removing_falls_back_on_it(house):
    found = census.from_population(house, "residents")
    frame = opinions.margins()["C21"]
    total = sum(frame.values())
    share = {category: part for name, category, _, part in found.rows() if name == "race"}
    assert share["black"] == pytest.approx(frame["black"] / total, abs=0.02)
    census.remove(house, "Ada")
    now, brought = census.in_force(house)
    assert not brought
    assert now.source == found.source
    assert wave(house)["weighting"]["source"] == found.source


def test_an_empty_home_has_none(empty):
    assert census.in_force(empty) == (None, False)
    with pytest.raises(NotEnoughData, match="population table"):
        census.from_population(empty, "residents")
    assert any("could not be checked" in one for one in census.read(empty, GENDER.encode()).warnings)


def crossed(one: str, other: str) -> bytes:
    """The planted census, as if both were independent of each other; of races only the two with many answers in the sample."""
    name, planted = {"area": "C19", "race": "C21", "gender": "C22"}, opinions.margins()
    first, second = ({key: n for key, n in planted[name[part]].items() if part == "area" or key in BIG} for part in (one, other))
    rows = [f"{one} x {other},{a} x {b},{n * m / sum(first.values())}" for a, n in first.items() for b, m in second.items()]
    return ("margin,category,count\n" + "\n".join(rows) + "\n").encode()


BIG = ("white", "black", "woman", "man")


def test_a_joint_margin_is_used_where_each_cell_has_people_and_told_of_where_not(house):
    found = census.read(house, crossed("gender", "race"))
    assert {name for name, *_ in found.rows()} == {"race x gender"}
    assert any("at least 5 answers" in one for one in found.warnings)
    census.keep(house, found, "Crossed", "Ada")
    weighting = wave(house)["weighting"]
    assert weighting["margins"] == ["race", "gender", "race x gender"]
    assert "joint" not in weighting
    census.keep(house, census.read(house, crossed("area", "race")), "Crossed", "Ada")
    weighting = wave(house)["weighting"]
    assert weighting["margins"] == ["area", "race"]
    assert "fewer than 5 answers" in weighting["joint"]
    assert weighting["joint"] in reading.note_on_weights(wave(house))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("margin,category,count\narea x race,Northgate,5\n", "no cell of area x race"),
        ("margin,category,count\narea x area,Northgate x Harbor,5\n", "no cell of area x area"),
        ("margin,category,count\nrace by income,white x high,5\n", "no margin 'income'"),
        ("margin,category,count\ngender x race,woman x white,5\ngender x race,woman x robot,5\n", "has the answer robot"),
        ("margin,category,count\ngender x race,woman x white,5\nrace x gender,white x woman,5\n", "there twice"),
        (GENDER + "gender x race,woman x white,50\ngender x race,man x white,50\n", "does not sum to the margin gender"),
        ("margin,category,count\ngender x race,woman x white,5\ngender x race,man x white,5\nage x race,65+ x white,1\n", "Only one margin"),
    ],
)
def test_a_joint_margin_that_does_not_fit_is_refused(house, text, said):
    with pytest.raises(CommonGroundError, match=said):
        census.read(house, text.encode())


def test_the_parts_of_a_joint_margin_may_stand_in_either_order(house):
    one = census.read(house, b"margin,category,count\ngender x race,Woman x White,5\ngender x race,man x black,5\n")
    other = census.read(house, b"margin,category,share\nrace by gender,white | woman,50%\nC21 x C22,black x man,50\n")
    assert set(one.margins["C21*C22"]) == set(other.margins["C21*C22"]) == {"white | woman", "black | man"}
