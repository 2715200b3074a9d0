"""Answers from other tools, from the file to the page and back: stored once, freed of who answered, nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ImportConflict, MappingError
from dashboard.services.house import House
from dashboard.services.surveys import bringing, reading
from dashboard.store.answers import Answers
from dashboard.store.surveys import Surveys

HEAD = "Timestamp,Email Address,Officers here treat people with respect.,What should change?,How safe do you feel?\n"
ROW = "3/{day}/2026 10:00:00,person{n}@example.org,{label},Call me at 614-555-0100,{code}\n"
LABELS = ("Strongly agree", "Agree", "Disagree", "Don't know", "Neither agree nor disagree")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


def written(tmp_path: Path, *, extra: str = "", rows: int = 40) -> Path:
    path = tmp_path / "answers.csv"
    body = "".join(ROW.format(day=n % 20 + 1, n=n, label=LABELS[n % 5], code=(1, 2, 3, 4, 5, 9)[n % 6]) for n in range(rows))
    path.write_text(HEAD + body + extra, encoding="utf-8")
    return path


def export_of(house: House, path: Path) -> bringing.Look:
    (found,) = bringing.look(house, path)
    assert found.export is not None
    return found


def test_a_file_becomes_a_closed_wave_with_frozen_results(house, tmp_path):
    found = export_of(house, written(tmp_path))
    done = bringing.store(house, found.export, found.mapping, "Spring", "Ada")
    assert done.waves == (("2026-02", 40),) or done.waves[0][1] == 40
    results = reading.results(house, "community", done.survey_id)
    assert results.answered(results.latest, "C2") == 32  # eight said they do not know
    assert results.cell(results.latest, "C2").value == pytest.approx(100 * (1 + 0.75 + 0.25 + 0.5) / 4)


def test_nine_beside_five_points_is_no_answer(house, tmp_path):
    found = export_of(house, written(tmp_path))
    done = bringing.store(house, found.export, found.mapping, "Spring", "Ada")
    rows = Answers(house.records).of_wave(Surveys(house.records).waves(done.survey_id)[0].id)
    (safe,) = (one.question for one in found.mapping.columns if one.heading == "How safe do you feel?")
    assert {row.answers[safe] for row in rows} == {1, 2, 3, 4, 5, "dont_know"}


def test_who_answered_is_gone_and_the_receipt_says_so_without_saying_who(house, tmp_path):
    found = export_of(house, written(tmp_path))
    bringing.store(house, found.export, found.mapping, "Spring", "Ada")
    entry = bringing.listing(house)[0]
    assert any(one[0] == "Email Address" for one in entry["receipt"]["dropped"])
    kept = b"".join(path.read_bytes() for path in house.home.path.rglob("*") if path.is_file())
    assert b"@example.org" not in kept
    assert b"614-555-0100" not in kept


def test_the_same_file_twice_is_refused_and_comes_back_after_undo(house, tmp_path):
    found = export_of(house, written(tmp_path))
    done = bringing.store(house, found.export, found.mapping, "Spring", "Ada")
    with pytest.raises(ImportConflict, match="already"):
        bringing.store(house, found.export, found.mapping, "Spring", "Ada")
    bringing.undo(house, done.import_id, "Ada")
    assert reading.available(house, "community") == {}
    again = bringing.store(house, found.export, found.mapping, "Spring", "Ada")
    assert again.survey_id in reading.available(house, "community")


def test_an_unknown_label_stops_with_the_list_and_nothing_is_stored(house, tmp_path):
    extra = "3/3/2026 10:00:00,x@example.org,Sort of,,4\n" * 3
    found = export_of(house, written(tmp_path, extra=extra))
    columns = tuple(one.model_copy(update={"scale": "A5"}) if one.question == "C2" else one for one in found.mapping.columns)
    mapping = found.mapping.model_copy(update={"columns": columns})
    with pytest.raises(MappingError, match=r"'Sort of' \(3\)"):
        bringing.store(house, found.export, mapping, "Spring", "Ada")
    assert bringing.listing(house) == []
    assert Surveys(house.records).all() == []
    done = bringing.store(house, found.export, mapping.model_copy(update={"unknown": "set_aside"}), "Spring", "Ada")
    assert done.set_aside


def test_a_saved_mapping_is_used_again(house, tmp_path):
    found = export_of(house, written(tmp_path))
    bringing.store(house, found.export, found.mapping.model_copy(update={"name": "ours"}), "Spring", "Ada")
    again = export_of(house, written(tmp_path, rows=41))
    assert again.saved
    assert again.mapping.name == "ours"


def test_years_become_waves_and_a_tracker_benchmark_lines(house, tmp_path):
    path = tmp_path / "waves.csv"
    rows = "".join(f"{year},{LABELS[n % 3]}\n" for year in (2023, 2025) for n in range(30))
    path.write_text("Year,Officers here treat people with respect.\n" + rows, encoding="utf-8")
    found = export_of(house, path)
    columns = tuple(
        one.model_copy(update={"role": "wave", "question": "", "scale": ""}) if one.heading == "Year" else one for one in found.mapping.columns
    )
    done = bringing.store(house, found.export, found.mapping.model_copy(update={"columns": columns}), "Years", "Ada")
    assert done.waves == (("2023", 30), ("2025", 30))
    assert [wave.opens.year for wave in Surveys(house.records).waves(done.survey_id)] == [2023, 2025]


def test_only_importers_may(house, tmp_path):
    with pytest.raises(AccessDenied):
        bringing.look(House(house.home, visitor=Principal("p", "P", ("command",))), written(tmp_path))
