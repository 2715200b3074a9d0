"""The annual report in the library and by command: a draft until it is published, with its versions, for those who keep the library."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.cli.parser import main
from dashboard.errors import AccessDenied
from dashboard.reports import annual
from dashboard.schema.library import HTML, PDF, PUBLISHED, WITHDRAWN
from dashboard.services.annual import shelving
from dashboard.services.house import House
from dashboard.services.library import shelf
from dashboard.store.audit import Audit

DAY = dt.date(2026, 3, 1)


def test_the_report_lies_in_the_library_as_a_draft_until_it_is_published_and_keeps_its_versions(stops_only):
    house, everybody = stops_only, House(stops_only.home, visitor=ANYONE)
    _, (web, printed) = annual.shelve(house, 2024, DAY, "test")
    assert (web.versions[0].media, printed.versions[0].media) == (HTML, PDF)
    assert web.versions[0].effective == DAY
    assert shelf.documents(everybody) == []
    first = web.versions[0].sha256
    _, (web, _) = annual.shelve(house, 2024, DAY, "test")
    assert [one.number for one in web.versions] == [1], "a draft that nobody published gives way"
    shelving.set_state(house, 2024, PUBLISHED, "test")
    assert {one.document.title for one in shelf.documents(everybody)} == {
        "Annual transparency report 2024",
        "Annual transparency report 2024 (PDF)",
    }
    _, (web, _) = annual.shelve(house, 2024, DAY, "test")
    assert [(one.number, one.published) for one in web.versions] == [(2, False), (1, True)]
    assert shelf.file(everybody, shelving.name_of(2024))[0].number == 1
    shelving.set_state(house, 2024, PUBLISHED, "test")
    assert shelf.file(everybody, shelving.name_of(2024))[0].number == 2
    assert shelf.file(everybody, shelving.name_of(2024), 1)[0].sha256 == first
    shelving.set_state(house, 2024, WITHDRAWN, "test")
    assert shelf.documents(everybody) == []
    assert "document draft dropped" in {line.action for line in Audit(house.records).search()}


def test_those_who_do_not_keep_the_library_make_no_report(stops_only):
    for visitor in (ANYONE, Principal("p", "P", ("hr", "admin"))):
        with pytest.raises(AccessDenied):
            annual.shelve(House(stops_only.home, visitor=visitor), 2024, DAY, "test")


def test_the_command_writes_files_or_keeps_drafts_and_refuses_honestly(stops_only, tmp_path, capsys):
    home = ["--home", str(stops_only.home.path)]
    assert main(["report", *home, "--year", "2024", "--out", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(tmp_path / "out" / f"annual-report-2024.{end}").exists() for end in ("html", "pdf")] == [True, True]
    assert told["missing"]["Trust"]
    assert main(["report", *home, "--year", "2024", "--effective", "2026-03-01"]) == 0
    out = capsys.readouterr().out
    assert "in force from 2026-03-01: a draft" in out
    assert "Use of force: No use of force" in out
    assert main(["report", *home, "--year", "2019"]) == 3
    assert "nothing to report" in capsys.readouterr().err
