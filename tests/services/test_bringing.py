"""Answers from other tools, from the file to the page and back: stored once, freed of who answered, nothing half done."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ImportConflict, MappingError, NotEnoughData, StoreError
from dashboard.services.house import House
from dashboard.services.surveys import bringing, checking, reading, results, saved_mappings
from dashboard.store.answers import Answers
from dashboard.store.survey_imports import SurveyImports
from dashboard.store.surveys import Surveys
from data_sources.surveys.propose import propose

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
    assert any(one[0] == "Email Address" for one in entry.receipt["dropped"])
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


WAVES = "Year,Officers here treat people with respect.,Mood,Housing,What would you change?\n"


def years(tmp_path: Path, name: str = "years.csv", first: int = 2023) -> Path:
    """Two waves: one statement asked alike, a mood on ten and then five points, housing with other answers in the second."""
    rows = [f"{first},{LABELS[n % 3]},{n % 10 + 1},{('Rent', 'Own')[n % 2]},More lights in {n} Oak Street please\n" for n in range(60)]
    rows += [f"{first + 2},{LABELS[n % 3]},{n % 5 + 1},{('Tenant', 'Owner')[n % 2]},\n" for n in range(60)]
    (tmp_path / name).write_text(WAVES + "".join(rows), encoding="utf-8")
    return tmp_path / name


def test_a_file_with_waves_stops_lines_where_the_answers_changed(house, tmp_path):
    found = export_of(house, years(tmp_path))
    checked = checking.check(house, found.export, found.mapping)
    assert [(wave.name, wave.answers, wave.opens, wave.closes, wave.dated) for wave in checked.waves] == [
        ("2023", 60, dt.date(2023, 1, 1), dt.date(2023, 12, 31), True),
        ("2025", 60, dt.date(2025, 1, 1), dt.date(2025, 12, 31), True),
    ]
    assert checked.breaks == ("Mood: the answers to choose from changed", "Housing: the answers to choose from changed")
    assert checked.ready
    done = bringing.store(house, found.export, found.mapping, "Town", "Ada")
    assert done.waves == (("2023", 60), ("2025", 60))
    assert done.comments == 60
    told = reading.results(house, "community", done.survey_id)
    second = told.waves[1]["id"]
    assert told.broken("C2") == {}
    assert set(told.broken("X_q003")) == set(told.broken("X_q004")) == {second}
    first, later = (told.release.content["versions"][str(wave["version"])]["X_q003"] for wave in told.waves)
    assert (len(first["options"]), len(later["options"])) == (10, 5)
    assert told.waves[0]["shares"]["X_q004"]["Rent"][0] == 0.5
    assert set(told.waves[1]["shares"]["X_q004"]) == {"Tenant", "Owner"}


def test_answers_of_a_later_file_become_further_waves_and_leave_again(house, tmp_path):
    first = export_of(house, years(tmp_path))
    before = bringing.store(house, first.export, first.mapping, "Town", "Ada")
    frozen = reading.results(house, "community", before.survey_id).release.id
    more = export_of(house, years(tmp_path, "more.csv", first=2027))
    done = bringing.store(house, more.export, propose(more.export), "", "Ada", plan=bringing.Plan(into=before.survey_id))
    assert done.survey_id == before.survey_id
    assert [wave["name"] for wave in reading.results(house, "community", before.survey_id).waves] == ["2023", "2025", "2027", "2029"]
    bringing.undo(house, done.import_id, "Ada")
    told = reading.results(house, "community", before.survey_id)
    assert [wave["name"] for wave in told.waves] == ["2023", "2025"]
    assert told.release.id != frozen  # frozen anew, not found again
    assert {one.state for one in bringing.listing(house)} == {"stored", "undone"}
    bringing.undo(house, before.import_id, "Ada")
    with pytest.raises(NotEnoughData):
        reading.results(house, "community", before.survey_id)
    Surveys(house.records).archive(before.survey_id, "Ada", archived=False)
    assert reading.available(house, "community") == {}  # bringing the empty survey back shows no old numbers


def test_what_an_author_is_writing_stays_as_it_is(house, tmp_path):
    from dashboard.services.surveys import authoring

    own = authoring.begin(house, "community", "Ours", "Ada")
    found = export_of(house, years(tmp_path))
    bringing.store(house, found.export, found.mapping, "", "Ada", plan=bringing.Plan(into=own.id))
    assert Surveys(house.records).get(own.id).draft == own.draft
    assert [wave["name"] for wave in reading.results(house, "community", own.id).waves] == ["2023", "2025"]
    again = replace(found.export, checksum="another file")
    with pytest.raises(StoreError, match="has a wave named '2023'"):
        bringing.store(house, again, found.mapping, "", "Ada", plan=bringing.Plan(into=own.id))
    assert [one.state for one in bringing.listing(house)] == ["undone", "stored"]
    assert len(Answers(house.records).of_wave(Surveys(house.records).waves(own.id)[0].id)) == 60


def test_an_import_that_breaks_off_leaves_nothing(house, tmp_path, monkeypatch):
    found = export_of(house, years(tmp_path))

    def broken(*args: object, **rest: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Answers, "add_comments", broken)
    with pytest.raises(RuntimeError):
        bringing.store(house, found.export, found.mapping, "Town", "Ada")
    assert Surveys(house.records).all() == []
    assert Surveys(house.records).waves() == []
    assert [one.state for one in bringing.listing(house)] == ["undone"]
    monkeypatch.undo()
    assert bringing.store(house, found.export, found.mapping, "Town", "Ada").waves


def test_an_import_whose_process_was_killed_is_taken_back(house, tmp_path, monkeypatch):
    found = export_of(house, years(tmp_path))
    monkeypatch.setattr(results, "renew", lambda *args: None)
    done = bringing.store(house, found.export, found.mapping, "Town", "Ada")
    imports = SurveyImports(house.records)
    with house.records.write() as session:
        from dashboard.store.survey_tables import SurveyImportRow

        row = session.get(SurveyImportRow, done.import_id)
        row.state, row.mapping = "storing", {}  # as it stands before the end is noted
    monkeypatch.undo()
    assert imports.get(done.import_id).state == "storing"
    bringing.undo(house, done.import_id, "Ada")
    assert Surveys(house.records).waves() == []


def test_unknown_answers_are_settled_one_by_one(house, tmp_path):
    extra = "3/3/2026 10:00:00,x@example.org,Sort of,,4\n3/3/2026 10:00:00,x@example.org,Refused!,,4\n"
    found = export_of(house, written(tmp_path, extra=extra))
    columns = tuple(one.model_copy(update={"scale": "A5"}) if one.question == "C2" else one for one in found.mapping.columns)
    mapping = found.mapping.model_copy(update={"columns": columns})
    checked = checking.check(house, found.export, mapping)
    assert {one.label: one.count for one in checked.unknown} == {"Sort of": 1, "Refused!": 1}
    assert not checked.ready
    said = {"Sort of": checking.LEAVE_OUT, "Refused!": "prefer_not"}
    settled = checking.settled(mapping, checked.unknown, [said[one.label] for one in checked.unknown])
    assert checking.check(house, found.export, settled).ready
    done = bringing.store(house, found.export, settled, "Spring", "Ada")
    assert [(one.column, one.answer, one.reason, one.count) for one in done.set_aside] == [
        ("Officers here treat people with respect.", "Sort of", "declared to mean nothing", 1)
    ]
    rows = list(csv.reader(io.StringIO(bringing.aside_csv(house, done.import_id).decode())))
    assert rows == [
        ["wave", "column", "answer", "why", "times"],
        ["", "Officers here treat people with respect.", "Sort of", "declared to mean nothing", "1"],
    ]


def test_unfinished_answers_stay_out_until_they_are_asked_for(house, tmp_path):
    path = tmp_path / "lime.csv"
    rows = [f'"{n}","{"2026-03-02 10:00:00" if n % 3 else ""}","2","en","{LABELS[n % 3]}"' for n in range(60)]
    path.write_text('"id","submitdate","lastpage","startlanguage","C2"\n' + "\n".join(rows) + "\n", encoding="utf-8")
    (found,) = bringing.look(house, path)
    assert found.export.receipt.rows_dropped == {"not finished": 20}
    (whole,) = bringing.look(house, path, incomplete=True)
    assert whole.export.receipt.rows_kept == 60
    done = bringing.store(house, found.export, found.mapping, "Lime", "Ada")
    assert b",(whole row),,not finished,20" in bringing.aside_csv(house, done.import_id)


def test_a_survey_for_staff_alone_is_not_published(house, tmp_path):
    found = export_of(house, years(tmp_path))
    done = bringing.store(house, found.export, found.mapping, "Town", "Ada", plan=bringing.Plan(staff_only=True))
    public = House(house.home, visitor=Principal("", "", ()))
    staff = House(house.home, visitor=Principal("p", "P", ("analyst",)))
    assert done.survey_id in reading.available(staff, "community")
    assert reading.available(public, "community") == {}


def test_a_saved_mapping_is_made_to_fit(house, tmp_path):
    found = export_of(house, written(tmp_path))
    mapping = found.mapping.model_copy(update={"name": "ours"})
    saved_mappings.keep(house, mapping, "Ada")
    path = tmp_path / "other.csv"
    text = (tmp_path / "answers.csv").read_text(encoding="utf-8")
    lines = [f"{line},{'New here' if not n else LABELS[n % 5]}" for n, line in enumerate(text.strip().split("\n"))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with_new = export_of(house, path)
    adapted, notes = saved_mappings.adapted(mapping, with_new.export)
    assert notes == ("New in this file, and proposed: New here.",)
    assert bringing.store(house, with_new.export, adapted, "Spring", "Ada").waves[0][1] == 40
    with pytest.raises(MappingError, match="None of the columns"):
        saved_mappings.adapted(mapping.model_copy(update={"columns": mapping.columns[1:2]}), export_of(house, years(tmp_path)).export)
    assert [one.name for one in saved_mappings.listing(house)] == ["ours"]
    saved_mappings.forget(house, "ours")
    assert saved_mappings.listing(house) == []


def test_only_importers_may(house, tmp_path):
    with pytest.raises(AccessDenied):
        bringing.look(House(house.home, visitor=Principal("p", "P", ("command",))), written(tmp_path))
