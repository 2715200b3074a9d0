"""The command line as a script sees it: JSON out, one sentence on trouble, exit codes that mean something."""

import json

import pytest

from dashboard.cli.parser import build, main
from tests.services.test_reissued import HEAD, form

HEADER = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome,district"
ROWS = [
    f"{n},2024-{n % 12 + 1:02d}-0{n % 9 + 1},1{n % 10}:00,Main,{'white' if n % 2 else 'black'},male,vehicular,"
    f"{'TRUE' if n % 5 == 0 else 'FALSE'},{'TRUE' if n % 10 == 0 else 'FALSE' if n % 5 == 0 else 'NA'},warning,{'N' if n % 3 else 'S'}"
    for n in range(300)
]
COMMANDS = (
    "board",
    "report",
    "import",
    "undo",
    "imports",
    "import-survey",
    "undo-survey",
    "survey-imports",
    "staff-survey",
    "boundaries",
    "sources",
    "sample",
    "tally",
    "measures",
    "measure",
    "comments",
    "audit",
    "serve",
    "link",
    "commendations",
    "doctor",
    "docs",
)


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


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "stops.csv"
    path.write_text("\n".join([HEADER, *ROWS, "999,not a date,10:00,Main,white,male,vehicular,FALSE,NA,warning,N"]) + "\n")
    return path


def test_an_import_prints_receipts_that_add_up(run, export):
    code, out, _ = run("import", export, "--json")
    assert code == 0
    (receipt,) = json.loads(out)
    assert {"source", "table", "rows_read", "accepted", "quarantined", "duplicates", "notes", "problems"} <= set(receipt)
    assert (receipt["source"], receipt["table"]) == ("stanford", "stops")
    assert receipt["rows_read"] == 301 == receipt["accepted"] + receipt["quarantined"] + receipt["duplicates"]
    assert receipt["quarantined"] == sum(problem["count"] for problem in receipt["problems"]) == 1
    (again,) = json.loads(run("import", export, "--json")[1])
    assert (again["accepted"], again["duplicates"]) == (0, 300)


def test_a_tally_is_a_list_of_objects_with_the_canonical_names(run, export):
    run("import", export)
    code, out, _ = run("tally", "stops", "--by", "race_group,district", "--sum", "searched", "--where", "race_group=black,white", "--json")
    assert code == 0
    rows = json.loads(out)
    assert {tuple(sorted(row)) for row in rows} == {("district", "n", "race_group", "searched")}
    assert sum(row["n"] for row in rows) == 300
    assert sum(row["searched"] for row in rows) == 60
    whole = json.loads(run("tally", "stops", "--json")[1])
    assert whole == [{"n": 300}]


def test_a_measure_prints_the_whole_result(run, export):
    run("import", export)
    code, out, _ = run("measure", "rates.proportion", "--json")
    assert code == 0
    found = json.loads(out)
    assert {"measure", "sentence", "status", "tables", "gates", "notes", "result", "provenance"} <= set(found)
    assert "low" in out
    assert "2 imports" not in out


def test_an_undo_takes_the_rows_back_and_the_list_says_so(run, export):
    (receipt,) = json.loads(run("import", export, "--json")[1])
    assert run("undo", receipt["import_id"])[0] == 0
    assert json.loads(run("tally", "stops", "--json")[1]) in ([], [{"n": 0}])
    (entry,) = json.loads(run("imports", "--json")[1])
    assert entry["state"] != "committed"


@pytest.mark.parametrize("command", ["sources", "measures"])
def test_registers_are_listed(run, command):
    code, out, _ = run(command, "--json")
    assert code == 0
    assert len(json.loads(out)) >= 10


def test_trouble_is_one_sentence_and_an_exit_code(run, tmp_path):
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    for arguments in (
        ("import", tmp_path / "none.csv"),
        ("import", tmp_path / "odd.csv"),
        ("undo", "nothing"),
        ("measure", "no.such"),
        ("tally", "no"),
    ):
        code, out, err = run(*arguments)
        assert code == 1, arguments
        assert not out
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in err


def test_what_the_data_cannot_answer_has_a_code_of_its_own(run):
    code, _, err = run("measure", "outcome.hit_rates")
    assert code == 3
    assert err.strip().endswith((".", "?"))


def test_a_wrong_command_is_a_usage_error(run):
    assert run("frobnicate")[0] == 2
    assert run("tally")[0] == 2


def test_a_doctor_examines_a_home(run, export):
    run("import", export)
    code, out, _ = run("doctor", "--json")
    assert code == 0, out
    assert all(set(check) >= {"name", "ok"} or "passed" in check for check in json.loads(out))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_home_and_help_with_an_example(command, capsys):
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"python -m dashboard {command}" in shown
    assert "example:" in shown
    assert "--home" in shown


def test_no_command_is_missing_here():
    (commands,) = [action for action in build()._actions if action.dest == "command"]
    assert set(commands.choices) == set(COMMANDS)


def test_the_generated_pages_are_up_to_date(run):
    code, out, _ = run("docs", "--check")
    assert code == 0, out


def test_reading_comments_says_how_they_stand(run, tmp_path):
    import datetime as dt

    from tests import talking

    house = talking.town(tmp_path)
    talking.wave(house, dt.date(2024, 4, 1), talking.many(talking.SPEEDING, 12))
    code, out, _ = run("comments", "--home", house.home.path, "--json")
    assert code == 0
    assert json.loads(out) == {"read": 0, "read_again": 0, "waiting": 12, "released": 0, "kept_back": 0, "in_open_surveys": 0}
    talking.wave(house, dt.date(2024, 7, 1), talking.many(talking.RUDE, 3), close=False)
    _, said, _ = run("comments", "--home", house.home.path)
    assert "12 wait for review" in said
    assert "3 belong to surveys that are still open" in said


def test_a_plan_stores_nothing_and_a_file_issued_again_replaces_when_asked(run, tmp_path):
    early, late = tmp_path / "september.csv", tmp_path / "january.csv"
    early.write_text("\n".join([HEAD, *(form(n, f"0{n}-06") for n in range(1, 7))]) + "\n")
    late.write_text("\n".join([HEAD, *(form(n, f"0{n}-06", 30 + (n == 2)) for n in (1, 2, 4, 6, 7))]) + "\n")
    run("import", early)
    code, out, _ = run("import", "--plan", late)
    assert code == 0
    assert "3 rows the same, 1 with other values; 2 rows of the days 2019-01-06 to 2019-07-06 missing" in out
    assert "--overlap replace: Replace them. New values for 1 row and 2 missing rows taken out." in out
    (planned,) = json.loads(run("import", "--plan", "--json", late)[1])
    assert (planned["overlaps"][0]["changed"], planned["overlaps"][0]["missing"], planned["overlaps"][0]["asks"]) == (1, 2, True)
    assert len(json.loads(run("imports", "--json")[1])) == 1
    (receipt,) = json.loads(run("import", "--overlap", "replace", "--json", late)[1])
    assert (receipt["accepted"], receipt["replaced"], receipt["withdrawn"]) == (2, 1, 2)
