"""Answers of other survey tools from a script: receipts, JSON, a mapping that goes out and comes back, exit codes, undo."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from dashboard.cli import told
from dashboard.cli.parser import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "surveys"
MONKEY, TOWN = FIXTURES / "surveymonkey" / "expanded.csv", FIXTURES / "generic" / "town.csv"
UNCLEAR, QUALTRICS = FIXTURES / "google_forms" / "unclear_dates.csv", FIXTURES / "qualtrics" / "three_rows.csv"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """A function that runs a command over a home of its own: exit code, what it printed, what it said of trouble."""
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    monkeypatch.setenv("COMMON_GROUND_HOME", str(tmp_path / "home"))

    def one(*arguments):
        code = main([str(part) for part in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return one


def test_a_check_says_what_would_be_stored_and_stores_nothing(run):
    code, out, err = run("import-survey", MONKEY, "--check", "--json")
    assert (code, err) == (0, "")
    (table,) = json.loads(out)
    receipt = table["receipt"]
    assert (table["tool"], table["state"]) == ("surveymonkey", "checked")
    assert receipt["rows_read"] == receipt["rows_kept"] + sum(receipt["rows_dropped"].values())
    assert receipt["rows_dropped"] == {"no answer at all": 1}
    assert receipt["dropped"], "who answered is removed, and said to be"
    assert sum(wave["answers"] for wave in table["waves"]) == receipt["rows_kept"]
    assert json.loads(run("survey-imports", "--json")[1]) == []


def test_an_import_is_stored_once_listed_and_taken_back(run):
    code, out, _ = run("import-survey", MONKEY, "--title", "Spring", "--json")
    assert code == 0
    (table,) = json.loads(out)
    (entry,) = json.loads(run("survey-imports", "--json")[1])
    assert (entry["import_id"], entry["title"], entry["state"]) == (table["import_id"], "Spring", "stored")
    assert entry["rows_kept"] == table["receipt"]["rows_kept"]
    code, out, err = run("import-survey", MONKEY, "--check")
    assert (code, out) == (1, "")
    assert "stored already" in err
    assert run("undo-survey", table["import_id"])[0] == 0
    assert run("undo-survey", table["import_id"])[0] == 1
    assert json.loads(run("survey-imports", "--json")[1])[0]["state"] == "undone"
    assert run("import-survey", MONKEY)[0] == 0


def test_its_results_are_frozen(run, tmp_path):
    from dashboard.services.house import House
    from dashboard.services.surveys import reading

    (table,) = json.loads(run("import-survey", MONKEY, "--staff-only", "--json")[1])
    results = reading.results(House(tmp_path / "home"), "community", table["survey_id"])
    assert results.latest is not None


def test_words_name_what_was_read_removed_and_mapped(run):
    _, out, _ = run("import-survey", QUALTRICS, "--check")
    (table,) = json.loads(run("import-survey", QUALTRICS, "--check", "--json")[1])
    assert "read as qualtrics" in out
    assert f"{table['receipt']['rows_read']} rows read = {table['receipt']['rows_kept']} kept" in out
    assert "1 set aside (not finished)" in out
    for heading, reason, _ in table["receipt"]["dropped"]:
        assert f"column removed: {heading} ({reason}" in out
    for wave in table["waves"]:
        assert f"wave {wave['name']}: {wave['answers']} answers" in out
    assert out.rstrip().endswith("nothing is stored")


def test_unfinished_answers_come_in_when_they_are_asked_for(run):
    kept = [json.loads(run("import-survey", QUALTRICS, "--check", "--json", *more)[1])[0]["receipt"]["rows_kept"] for more in ((), ("--unfinished",))]
    assert kept[1] == kept[0] + 1


def test_the_order_of_day_and_month_is_asked_and_said(run):
    assert "say --day-first or --month-first" in run("import-survey", UNCLEAR, "--check")[1]
    waves = {flag: json.loads(run("import-survey", UNCLEAR, "--check", "--json", flag)[1])[0]["waves"] for flag in ("--day-first", "--month-first")}
    assert all(wave["dated"] for found in waves.values() for wave in found)
    assert waves["--day-first"] != waves["--month-first"]
    assert run("import-survey", UNCLEAR, "--day-first", "--month-first")[0] == 2


def test_unknown_answers_stop_it_and_a_corrected_mapping_lets_it_through(run, tmp_path):
    mapping = tmp_path / "mapping.json"
    code, out, err = run("import-survey", TOWN, "--write-mapping", mapping, "--json")
    assert code == 1
    assert stat.S_IMODE(mapping.stat().st_mode) == 0o600, "it holds answers as people wrote them"
    (table,) = json.loads(out)
    assert (table["state"], len(table["unknown"])) == ("stopped", 1)
    assert f"unknown answer: {table['unknown'][0]['answer']!r}" in err
    assert "Nothing was stored." in err
    assert json.loads(run("survey-imports", "--json")[1]) == []
    again = run("import-survey", TOWN, "--write-mapping", mapping)
    assert again[0] == 1
    assert "is there already" in again[2]
    made = json.loads(mapping.read_text())
    (column,) = (one for one in made["columns"] if one["heading"] in table["unknown"][0]["column"] and one.get("role") != "drop")
    column["set_aside"] = [table["unknown"][0]["answer"]]
    mapping.write_text(json.dumps(made))
    code, out, _ = run("import-survey", TOWN, "--mapping", mapping, "--json")
    assert code == 0
    (table,) = json.loads(out)
    assert (table["state"], table["unknown"], sum(one["count"] for one in table["set_aside"])) == ("stored", [], 1)


def test_a_mapping_is_known_by_its_name_once_it_was_used(run, tmp_path):
    (table,) = json.loads(run("import-survey", MONKEY, "--json")[1])
    other = tmp_path / "later.csv"
    shutil.copy(MONKEY, other)
    with other.open("a", encoding="utf-8") as file:
        file.write("\n")
    run("undo-survey", table["import_id"])
    (later,) = json.loads(run("import-survey", other, "--check", "--json")[1])
    assert later["mapping"]["saved"], "a saved mapping that fits goes before a proposal"
    assert run("import-survey", other, "--check", "--mapping", later["mapping"]["name"])[0] == 0
    code, _, err = run("import-survey", other, "--check", "--mapping", "no such")
    assert code == 1
    assert later["mapping"]["name"] in err


def test_answers_become_waves_of_a_survey_that_is_there(run):
    (first,) = json.loads(run("import-survey", MONKEY, "--json")[1])
    (second,) = json.loads(run("import-survey", QUALTRICS, "--survey", first["survey_id"], "--json")[1])
    assert second["survey_id"] == first["survey_id"]
    code, _, err = run("import-survey", FIXTURES / "formbricks" / "answers.csv", "--survey", "none")
    assert code == 1
    assert first["survey_id"] in err
    assert run("import-survey", MONKEY, "--survey", "x", "--title", "y")[0] == 2


def test_the_wave_gets_the_name_and_days_that_are_said(run, tmp_path):
    from dashboard.services.house import House
    from dashboard.store.surveys import Surveys

    said = ("--wave", "Spring 2025", "--from", "2025-03-01", "--until", "2025-05-31")
    (checked,) = json.loads(run("import-survey", MONKEY, "--check", "--json", *said)[1])
    (wave,) = checked["waves"]
    assert (wave["name"], wave["opens"], wave["closes"], wave["dated"]) == ("Spring 2025", "2025-03-01", "2025-05-31", True)
    assert run("import-survey", MONKEY, *said)[0] == 0
    (stored,) = Surveys(House(tmp_path / "home").records).waves()
    assert (stored.name, f"{stored.opens}", f"{stored.closes}") == ("Spring 2025", "2025-03-01", "2025-05-31")


def test_of_several_waves_it_is_said_which_one_is_meant(run, tmp_path):
    from dashboard.services.house import House
    from dashboard.store.surveys import Surveys

    rows = [f"{year},{('Agree', 'Disagree')[n % 2]},{n % 5 + 1}" for year in (2023, 2025) for n in range(40)]
    file = tmp_path / "years.csv"
    file.write_text("Year,Officers listen to people.,Mood\n" + "\n".join(rows) + "\n")
    for wrong, hint in (
        (("--wave", "Spring"), "--wave 2023=Spring"),
        (("--from", "2023=May"), "year-month-day"),
        (("--until", "2023=2022-12-31"), "lies before"),
        (("--wave", "2023=2025"), "name of its own"),
    ):
        code, out, err = run("import-survey", file, "--check", *wrong)
        assert (code, out) == (1, ""), wrong
        assert hint in err
    assert run("import-survey", file, "--wave", "2023=First", "--from", "2025=2025-02-01", "--until", "2025=2025-02-28")[0] == 0
    waves = {one.name: (f"{one.opens}", f"{one.closes}") for one in Surveys(House(tmp_path / "home").records).waves()}
    assert waves == {"First": ("2023-01-01", "2023-12-31"), "2025": ("2025-02-01", "2025-02-28")}


def test_a_code_sheet_gives_codes_their_words(run, tmp_path):
    file, sheet = FIXTURES / "limesurvey" / "only_codes.csv", tmp_path / "codes.csv"
    sheet.write_text((FIXTURES / "limesurvey" / "only_codes_sheet.txt").read_text(encoding="utf-8"), encoding="utf-8")
    (plain,) = json.loads(run("import-survey", file, "--check", "--json")[1])
    assert {one["scale"] for one in plain["mapping"]["columns"] if one["heading"] == "M1"} != {"A5"}
    code, out, _ = run("import-survey", file, "--codes", sheet, "--json")
    (table,) = json.loads(out)
    assert (code, table["state"], table["unknown"]) == (0, "stored", [])
    assert {one["scale"] for one in table["mapping"]["columns"] if one["heading"].startswith("Overall")} == {"A5"}
    run("undo-survey", table["import_id"])
    sheet.write_text("question,code,label\nM1,A4,Agree\n")
    code, out, err = run("import-survey", file, "--codes", sheet)
    assert (code, out) == (1, "")
    assert "M1: A2 (1)" in err
    assert run("import-survey", file, "--codes", tmp_path / "none.csv")[0] == 1


def test_published_figures_come_in_as_such(run):
    code, out, _ = run("import-survey", FIXTURES / "tracker" / "boroughs.csv", "--json")
    (table,) = json.loads(out)
    assert (code, table["kind"], table["state"]) == (0, "figures", "stored")
    assert table["areas"]
    assert json.loads(run("survey-imports", "--json")[1])[0]["tool"] == "tracker"


def test_trouble_is_one_sentence(run, tmp_path):
    (tmp_path / "broken.json").write_text("{")
    for arguments in (
        (tmp_path / "none.csv",),
        (MONKEY, "--tool", "none"),
        (MONKEY, "--mapping", tmp_path / "broken.json"),
        (MONKEY, "--check", "--write-mapping", tmp_path / "nowhere" / "m.json"),
    ):
        code, out, err = run("import-survey", *arguments)
        assert (code, out) == (1, ""), arguments
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in err
    assert run("undo-survey", "none")[0] == 1


def test_a_text_from_a_file_cannot_steer_the_terminal():
    assert told.plain("a\x1b[2Jb\nc") == "a [2Jb c"
