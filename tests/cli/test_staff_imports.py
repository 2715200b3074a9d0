"""A staff survey of another tool by the command line: checked, corrected, frozen, listed, taken back."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from dashboard.cli.parser import main

FILE = Path(__file__).parents[1] / "fixtures" / "staff" / "google_forms_staff.csv"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    monkeypatch.setenv("COMMON_GROUND_HOME", str(tmp_path / "home"))

    def one(*arguments):
        code = main(["staff-survey", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return one


def test_unknown_answers_stop_it_and_a_corrected_mapping_goes_on(run, tmp_path):
    mapping = tmp_path / "mapping.json"
    code, out, _ = run("import", FILE, "--by", "unit,gender", "--write-mapping", mapping)
    assert code == 1
    assert "'99999999999' in 'Age' (1) is in no table" in out
    assert stat.S_IMODE(mapping.stat().st_mode) == 0o600
    assert json.loads(run("imports", "--json")[1]) == []
    content = json.loads(mapping.read_text())
    content["unknown"] = "set_aside"
    mapping.unlink()
    mapping.write_text(json.dumps(content))
    code, out, _ = run("import", FILE, "--mapping", mapping, "--by", "unit,gender", "--asked", "150", "--check", "--json")
    told = json.loads(out)
    assert (code, told["state"], told["unknown"]) == (0, "checked", [])
    assert told["groups"]["unit"] == ["Patrol", "Investigations", "Dispatch"]
    assert json.loads(run("imports", "--json")[1]) == []
    code, out, _ = run("import", FILE, "--mapping", mapping, "--by", "unit,gender", "--asked", "150", "--title", "Staff", "--json")
    done = json.loads(out)
    assert (code, done["state"]) == (0, "frozen")
    (entry,) = json.loads(run("imports", "--json")[1])
    assert entry["receipt"]["rows_kept"] == "about 120"
    assert len(entry["sha256"]) == 1
    account = json.loads(run("account", done["survey"], "--json")[1])
    assert account["whole"] == "Results for everybody together are shown."
    assert run("import", FILE, "--mapping", mapping)[0] == 1
    assert run("undo", done["import_id"])[0] == 0
    assert json.loads(run("imports", "--json")[1])[0]["state"] == "undone"


def test_days_and_name_are_said_where_the_file_does_not(run, tmp_path):
    mapping = tmp_path / "mapping.json"
    run("import", FILE, "--write-mapping", mapping)
    mapping_text = mapping.read_text().replace("{", '{"unknown": "set_aside",', 1)
    mapping.write_text(mapping_text)
    code, out, _ = run(
        "import", FILE, "--mapping", mapping, "--by", "", "--name", "Autumn", "--opens", "2025-10-01", "--closes", "2025-10-31", "--json"
    )
    assert code == 0
    assert list(json.loads(out)["releases"]) == ["Autumn"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "nowhere.csv"), "does not exist"),
        (("import", FILE, "--tool", "stone"), "No survey tool"),
        (("import", FILE, "--into", "nothing"), "There is no staff survey"),
        (("import", FILE, "--by", "rank"), "divides people by rank"),
        (("import", FILE, "--mapping", "nowhere.json"), "cannot be read"),
        (("undo", "nothing"), "no such import"),
    ],
)
def test_trouble_is_one_sentence(run, arguments, said):
    code, _, err = run(*arguments)
    assert code == 1
    assert said in err
    assert "Traceback" not in err
