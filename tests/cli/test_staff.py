"""An employee survey by the command line, from its beginning to its close: JSON out, one sentence on trouble, exit codes that mean something."""

from __future__ import annotations

import csv
import json
import stat

import pytest

from dashboard.cli.parser import main
from dashboard.services.house import House
from dashboard.store.surveys import Surveys
from tests.services.employee.staffing import Officer, sent

UNITS = ("Patrol", "Investigations")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    for name in ("COMMON_GROUND_RECORDS", "COMMON_GROUND_SMTP", "COMMON_GROUND_URL", "COMMON_GROUND_STAFF_CODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COMMON_GROUND_HOME", str(tmp_path / "home"))

    def one(*arguments):
        code = main(["staff-survey", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return one


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "staff.csv"
    rows = [f"Person {number},p{number}@x.example,{UNITS[number % 2]},yes" for number in range(40)]
    path.write_text("\n".join(["Name,E-mail,Unit,Sworn", *rows]))
    return path


def begun(run):
    return json.loads(run("begin", "employee_pulse", "--title", "Spring", "--json")[1])["survey"]


def test_from_the_beginning_to_the_close(run, listed, tmp_path):
    survey = begun(run)
    code, out, _ = run("launch", survey, "--by", "unit", "--list", listed, "--preview", "--rate", "60", "--json")
    assert code == 0
    seen = {(one["cut"], one["level"]): one for one in json.loads(out)["outlook"]}
    assert seen["whole", ""]["expected"] == 24
    assert "by unit" in json.loads(out)["promise"]["en"]["shown"][0]
    assert json.loads(run("list", "--json")[1])[0]["state"] == "draft"
    assert run("launch", survey, "--by", "unit", "--list", listed, "--name", "one")[0] == 0
    links = tmp_path / "links.csv"
    code, out, _ = run("invite", survey, "--list", listed, "--links", links, "--address", "https://here", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["invited"], told["new"]) == (40, 40)
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    house = House(tmp_path / "home")
    (wave,) = Surveys(house.records).waves(survey)
    rows = list(csv.DictReader(links.read_text(encoding="utf-8-sig").splitlines()))
    for number, row in enumerate(rows[:37]):
        answers = {"M11": 1 + number % 5, "FEVS-Q71": 4, "ENPS1": number % 11, "U1": ("patrol", "investigations")[number % 2]}
        assert sent(house, wave, Officer(number, "", "", answers), row["link"].rpartition("t=")[2]).outcome == "stored"
    assert json.loads(run("progress", survey, "--json")[1]) == {"received": "At least 30 answers so far."}
    code, _, err = run("close", survey)
    assert code == 1
    assert "--yes" in err
    code, out, _ = run("close", survey, "--yes", "--json")
    assert code == 0
    release = json.loads(out)
    told = json.loads(run("account", survey, "--json")[1])
    assert told["releases"][0]["sha256"] == release["sha256"]
    assert [(one["cut"], one["shown"], one["groups"]) for one in told["cuts"]] == [
        ("unit", 1, 6)
    ]  # four groups are empty: that must not be seen, so one more is held back
    assert run("withhold", survey, "--by", "unit", "--reason", "By request")[0] == 0
    told = json.loads(run("account", survey, "--json")[1])
    assert (told["cuts"][0]["shown"], told["releases"][0]["replaces"]) == (0, release["release"])
    assert told["releases"][0]["reason"] == "By request"


def test_what_cannot_be_done_is_one_sentence(run, listed, tmp_path):
    survey = begun(run)
    for arguments, said in (
        (("begin", "no_such"), "no employee survey named"),
        (("progress", survey), "not open"),
        (("close", survey, "--yes"), "not open"),
        (("account", survey), "closed yet"),
        (("launch", "no-such"), "no such survey"),
        (("launch", survey, "--by", "unit,hat"), "does not ask for hat"),
        (("launch", survey, "--by", "unit*"), "A crossing joins two"),
        (("launch", survey, "--list", tmp_path / "none.csv"), "does not exist"),
        (("launch", survey, "--list", listed, "--column", "unit=E-mail", "--column", "email=Unit"), "values that the survey does not offer"),
        (("launch", survey, "--list", listed, "--column", "unit=Nothing"), "no column 'Nothing'"),
        (("invite", survey, "--list", listed, "--address", "https://x"), "not open"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (1, ""), arguments
        assert said in err, arguments
        assert len(err.strip().splitlines()) == 1


def test_invitations_need_an_address_a_way_and_later_the_code(run, listed, tmp_path):
    survey = begun(run)
    run("launch", survey, "--by", "unit")
    assert "where staff reach the server" in run("invite", survey, "--list", listed, "--links", tmp_path / "l.csv")[2]
    assert run("invite", survey, "--list", listed, "--links", tmp_path / "l.csv", "--address", "https://x")[0] == 0
    assert "is there already" in run("invite", survey, "--list", listed, "--links", tmp_path / "l.csv", "--address", "https://x")[2]
    assert "give the code" in run("invite", survey, "--list", listed, "--links", tmp_path / "m.csv", "--address", "https://x")[2]
    assert "no mail server" in run("remind", survey, "--list", listed)[2]


@pytest.mark.parametrize("step", ["list", "begin", "launch", "invite", "remind", "progress", "close", "account", "withhold"])
def test_every_step_has_help_with_an_example_a_home_and_json(run, step):
    code, out, _ = run(step, "--help")
    assert code == 0
    assert f"python -m dashboard staff-survey {step}" in out
    assert "--home" in out
    assert "--json" in out


def test_plans_are_listed_offered_written_changed_and_their_history_read(own_riverton, capsys):
    home = str(own_riverton.home.path)

    def asked(*words):
        assert main(["staff-survey", "plans", *words, "--json", "--home", home]) == 0
        return json.loads(capsys.readouterr().out)

    assert {"everybody"} < {one["for"] for one in asked()}
    question = asked("offered", "riverton-pulse")[0]["question"]
    words = ("--promised", "Later shifts end on time", "--owner", "Patrol", "--due", "2031-01-31")
    name = asked("add", "riverton-pulse", "--question", question, *words)["plan"]
    assert asked("change", name, "--state", "done", "--done", "They do.")["changed"] == ["done", "state"]
    assert [one["what"] for one in asked("history", name)] == ["Written down", "What was done", "State"]
    assert asked("remove", name) == {"removed": name}
    assert asked("history", name)[-1]["what"] == "Taken away"
    for wrong in (
        ("change", "nowhere"),
        ("history", "nowhere"),
        ("add", "riverton-pulse", "--question", question, "--unit", "nowhere", *words),
        ("add",),
    ):
        assert main(["staff-survey", "plans", *wrong, "--home", home]) == 1
        assert "Traceback" not in capsys.readouterr().err
