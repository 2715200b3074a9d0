"""Every note and problem is a sentence, told once; a table of totals is refused for what it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dashboard.errors import SourceError
from dashboard.services import imports
from data_sources import files
from data_sources.base import Context
from data_sources.recognise import sources
from data_sources.stage import stage
from data_sources.totals import is_totals

FIXTURES = Path(__file__).parents[1] / "fixtures"
UK = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,"
    "Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,Removal of more than just outer clothing"
)
UK_ROW = "Person search,2022-06-{day:02d}T{hour:02d}:15:00+00:00,False,,51.5,-0.5,Male,18-24,White,White,Misuse,Controlled drugs,Arrest,True,False"
TOTALS = """Measure,Time,Ethnicity,Geography, Number of stop and searches ,Population by ethnicity,"Rate per 1,000 population by ethnicity"
Number of searches,2006/07,All,Anyshire,"15,018","1,599,555",9.39
Number of searches,2006/07,Black, Anyshire , N/A , -   ,N/A
"""


def staged(tmp_path, name, text):
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    return stage(files.read(path), sources()[name], Context(site_key=b"k" * 32), tmp_path / "work", "one", today=dt.date(2026, 1, 1))


@pytest.mark.parametrize("folder", sorted(path.name for path in FIXTURES.iterdir() if path.name in sources()))
def test_every_note_and_problem_is_a_sentence(folder, tmp_path):
    tables = [one for path in sorted((FIXTURES / folder).iterdir()) for one in files.read(path)]  # several that belong together are read as one
    found = stage(tables, sources()[folder], Context(site_key=b"k" * 32), tmp_path, "one", today=dt.date(2026, 1, 1))
    for one in (*found.notes, *found.problems):
        assert one.sentence.endswith((".", "?")), one
        assert " " in one.sentence, one
        assert one.sentence != one.code


def test_exact_copies_are_noted_once_and_kept(tmp_path):
    row = UK_ROW.format(day=3, hour=14)
    found = staged(tmp_path, "police_uk", "\n".join([UK, row, row, row, UK_ROW.format(day=4, hour=15)]))
    assert found.rows_accepted == 4
    (copy,) = [note for note in found.notes if note.code == "exact_copy"]
    assert (copy.count, copy.rows) == (2, (3, 4))
    assert "exact copies" in copy.sentence


def test_a_midnight_that_means_no_time_is_said_in_words(tmp_path):
    rows = [UK_ROW.format(day=1 + n % 28, hour=8 + n % 12) for n in range(120)]
    rows += [UK_ROW.format(day=1 + n % 28, hour=0).replace("T00:15", "T00:00").replace("-06-", "-01-") for n in range(28)]
    found = staged(tmp_path, "police_uk", "\n".join([UK, *rows]))
    (note,) = [one for one in found.notes if one.code == "X12"]
    assert note.count == 28
    assert note.sentence.startswith("Midnight or noon")


def test_a_table_of_totals_is_refused_for_what_it_is(tmp_path, empty):
    path = tmp_path / "totals.csv"
    path.write_text(TOTALS)
    with pytest.raises(SourceError, match="table of totals, not of single stops") as refused:
        imports.bring(empty, [path], "test")
    assert "population" in refused.value.hint
    (look,) = imports.look(empty, [path])
    assert "table of totals" in look.tables[0].advice


@pytest.mark.parametrize("folder", sorted(path.name for path in FIXTURES.iterdir() if path.name != "surveys"))  # those have readers of their own
def test_no_export_of_events_is_taken_for_totals(folder):
    for path in (FIXTURES / folder).iterdir():
        (one,) = files.read(path)
        assert folder.startswith("acs") or not is_totals(one.header, one.sample)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    from dashboard.services.house import House

    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")
