"""The audit log for who may read it: searched by words, names, kinds and days, in pages; and checked."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from dashboard.access.principal import Principal
from dashboard.cli.parser import main
from dashboard.errors import SettingError
from dashboard.services import audit_log, knobs
from dashboard.services.audit_log import Search
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.saved import Saved


@pytest.fixture
def admin(empty):
    """A log of some lines, as an administrator reads it."""
    people = People(empty.records)
    ann = people.add("Ann Müller", "ann", ["hr"], by="set-up")
    root = people.add("Root", "root", ["admin"], by="set-up")
    audit = Audit(empty.records)
    for number in range(120):
        audit.append(ann.id if number % 2 else root.id, "export" if number % 3 else "denied", f"file {number}", {"rows": number})
    people.set_roles(ann.id, ["council"], by=root.id)
    return House(empty.home, visitor=Principal(root.id, "Root", ("admin",)))


def test_pages_follow_each_other_without_gap_or_repeat(admin):
    numbers, before = [], None
    while True:
        found = audit_log.search(admin, Search(before=before))
        numbers += [line.number for line in found.lines]
        before = found.older
        if before is None:
            break
        assert len(found.lines) == audit_log.PAGE
    assert numbers == list(range(123, 0, -1))


def test_people_are_named_and_found_by_name_though_the_log_keeps_ids(admin):
    newest = audit_log.search(admin, Search()).lines[0]
    assert (newest.who, newest.what, newest.subject, newest.details) == ("Root", "changed roles", "Ann Müller", "from: hr; to: council")
    found = audit_log.search(admin, Search(words="müller", limit=1000)).lines
    assert {line.who for line in found} == {"Ann Müller", "Root", "set-up"}
    assert sum(line.who == "Ann Müller" for line in found) == 60
    assert all("Ann Müller" in {line.who, line.subject} for line in found)


def test_a_search_narrows_by_who_what_words_and_day(admin):
    people, actions = audit_log.choices(admin)
    ann = next(key for key, name in people.items() if name == "Ann Müller")
    assert actions["denied"] == "was refused"
    assert {line.what for line in audit_log.search(admin, Search(who=ann, action="denied")).lines} == {"was refused"}
    assert [line.subject for line in audit_log.search(admin, Search(words="FILE 77")).lines] == ["file 77"]
    assert audit_log.search(admin, Search(words="%")).lines == ()
    today = dt.datetime.now(dt.UTC).date()
    day = dt.timedelta(days=1)
    assert len(audit_log.search(admin, Search(first=today - day, last=today, limit=1000)).lines) == 123
    assert audit_log.search(admin, Search(first=today + day)).lines == ()
    assert audit_log.search(admin, Search(last=today - day)).lines == ()


def test_the_chain_is_checked_also_against_a_head_kept_elsewhere(admin):
    head = audit_log.head(admin)
    kept = f"{head.number}:{head.mac}"
    assert audit_log.verify(admin, kept).whole
    with admin.records.engine.begin() as connection:
        connection.execute(text("drop trigger audit_log_no_delete"))
        connection.execute(text("delete from audit_log where number > 100"))
    assert audit_log.verify(admin).whole
    assert audit_log.verify(admin, kept).first_bad == 101
    for wrong in ("12", "x:y", f"{head.number}:{head.mac[:-1]}", f"{head.number}:{head.mac.upper()}g"):
        with pytest.raises(SettingError, match="not the head"):
            audit_log.verify(admin, wrong)


def test_the_command_line_checks_and_searches(admin, capsys):
    home = ["--home", str(admin.home.path)]
    assert main(["audit", "--verify", "--json", *home]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["lines"]) == (True, 123)
    assert main(["audit", "--verify", "--anchor", told["head"], *home]) == 0
    assert "123 lines, whole" in capsys.readouterr().out
    assert main(["audit", "--words", "Ann", "--action", "roles_changed", "--json", *home]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["who"], line["subject"]) == ("Root", "Ann Müller")
    with admin.records.engine.begin() as connection:
        connection.execute(text("drop trigger audit_log_no_update"))
        connection.execute(text("update audit_log set subject = 'file 0' where number = 50"))
    assert main(["audit", "--verify", "--json", *home]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["first_bad"]) == (False, 50)
    assert main(["audit", "--verify", "--anchor", "nonsense", *home]) == 1
    assert "not the head" in capsys.readouterr().err


# Settings


def test_a_setting_is_changed_for_a_reason_that_is_kept_and_put_back(admin):
    knobs.change(admin, "session.idle_minutes", "15", "Shared desks in the lobby")
    assert Saved(admin.records).settings().number("session.idle_minutes") == 15
    changed = next(one for one in knobs.listing(admin) if one.changed)
    assert (changed.setting.name, changed.shown, changed.limits) == ("session.idle_minutes", "15", "at least 1, at most 720")
    line = audit_log.search(admin, Search(action="setting")).lines[0]
    assert (line.who, line.subject) == ("Root", "session.idle_minutes")
    assert line.details == "from: default; reason: Shared desks in the lobby; to: 15"
    knobs.undo(admin, "session.idle_minutes", "Desks are gone again")
    assert not [one for one in knobs.listing(admin) if one.changed]


@pytest.mark.parametrize(
    ("name", "value", "reason", "said"),
    [
        ("session.idle_minutes", 15, "", "say why"),
        ("session.idle_minutes", 15, "  why   ", "say why"),
        ("release.min_persons", 4, "We want more detail", "may not be lower than 5"),
        ("survey.min_staff", "1", "We want more detail", "may not be lower than 5"),
        ("family.q", "nan", "We want more detail", "not a value"),
        ("family.q", "inf", "We want more detail", "not a value"),
        ("benchmark.max_cv", "0.3,nan", "We want more detail", "not a value"),
        ("sign_in.second_factor", "admin, emperor", "We want more detail", "not a value"),
        ("no.such", 1, "We want more detail", "no setting named"),
    ],
)
def test_floors_and_reasons_hold_for_an_administrator_too(admin, name, value, reason, said):
    with pytest.raises(SettingError, match=said):
        knobs.change(admin, name, value, reason)
    assert not [one for one in knobs.listing(admin) if one.changed]
    assert audit_log.search(admin, Search(action="setting")).lines == ()


def test_every_setting_stands_in_a_group_and_is_written_as_it_is_typed(admin):
    for one in knobs.listing(admin):
        assert one.group
        knobs.change(admin, one.setting.name, one.shown, "As it stands, typed again")
    assert not [one for one in knobs.listing(admin) if one.changed]
