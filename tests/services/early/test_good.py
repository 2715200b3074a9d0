"""Commendations come in by badge number, once; the number is turned into the very pseudonym that imports make, and not kept."""

import pytest

from dashboard.__main__ import main
from dashboard.errors import SourceError
from dashboard.services import imports
from dashboard.services.early import good
from dashboard.services.house import House
from dashboard.store.officer_cases import OfficerCases

STOPS = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome,officer_id_hash"


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "home")


def written(tmp_path, *rows, head="officer,day,kind,text"):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def test_a_badge_number_becomes_the_pseudonym_of_imports(house, tmp_path):
    (tmp_path / "stops.csv").write_text(f"{STOPS}\n1,2024-05-01,10:00,Main Street,white,male,vehicular,FALSE,NA,warning,ab 12\n")
    imports.bring(house, [tmp_path / "stops.csv"], "test")
    assert house.facts.values("stops", "officer_key") == [good.key_of(house, " AB12 ")]
    assert good.key_of(house, "  ") == ""


def test_the_same_list_twice_adds_nothing_and_keeps_no_number(house, tmp_path, capsys):
    path = written(tmp_path, "4711,2025-03-01,thanks,Found my dog", "4711,2025-04-01,award,Life saving")
    assert good.bring(house, path) == (2, 0)
    assert main(["commendations", str(path), "--home", str(house.home.path)]) == 0
    assert "0 stored, 2 were there already" in capsys.readouterr().out
    kept = OfficerCases(house.records).commendations(good.key_of(house, "4711"))
    assert [one.kind for one in kept] == ["award", "thanks"]
    assert "4711" not in repr(kept)


@pytest.mark.parametrize(
    ("row", "said"), [("4711,yesterday,thanks,x", "not a day"), ("4711,2025-03-01,medal,x", "no kind"), (",2025-03-01,thanks,x", "names no officer")]
)
def test_one_bad_row_stores_nothing(house, tmp_path, row, said):
    with pytest.raises(SourceError, match=said):
        good.bring(house, written(tmp_path, "1,2025-03-01,thanks,x", row))
    assert not OfficerCases(house.records).commendations(good.key_of(house, "1"))
    with pytest.raises(SourceError, match="no column"):
        good.bring(house, written(tmp_path, "1,2025-03-01", head="officer,day"))
