"""PostgreSQL works the same: one story of staff surveys is lived on SQLite and on a real PostgreSQL server, and must read alike, to the number."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import ImportConflict, ScopeError
from dashboard.privacy import employee_release
from dashboard.schema.as_json import plain
from dashboard.schema.employee import Division
from dashboard.services.employee import account, actions, bringing, closing, desk, handover, inviting, reading, showing, staff_list
from dashboard.services.employee.actions import Action
from dashboard.services.house import House
from dashboard.services.surveys import checking, upkeep
from dashboard.store.audit import Audit
from dashboard.store.sealing import Keys
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.staff_tables import StaffPendingRow, StaffSealedRow
from dashboard.store.survey_imports import SurveyImports
from dashboard.store.survey_tables import InvitationRow, ResponseRow
from dashboard.store.surveys import Wave
from tests.services.employee.staffing import opened, sent, staff
from tests.store.conftest import new_database, postgres  # noqa: F401  fixture

FORMS = Path(__file__).parents[2] / "fixtures" / "staff" / "google_forms_staff.csv"  # the layout of the OSMI files of 2014
GONE = (StaffPendingRow, StaffSealedRow, InvitationRow, ResponseRow)
Story = dict[str, Any]


def lime(folder: Path) -> Path:
    """A file in the layout of the RSE surveys: rows numbered in a column without heading, `code[SQ]. Question [statement]`."""
    agree = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
    path = folder / "lime.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        asked = [f"sat1[SQ00{n}]. How far do you agree: [{one}]" for n, one in enumerate(("I am proud to work here", "I have enough time"), 1)]
        rows.writerow(["", "socio2. Gender", *asked, "open1. Anything else?"])
        for n in range(90):
            rows.writerow([n + 1, ("Female", "Male", "Male")[n % 3], agree[n % 5], agree[(n // 3) % 5], "A word." if n == 4 else ""])
    return path


@pytest.fixture(scope="module")
def emptied(postgres: str) -> Iterator[str]:  # noqa: F811
    """The address of new records on the server."""
    with new_database(postgres) as address:
        yield address


@pytest.fixture(scope="module")
def both(emptied: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, Story]:
    """The same story on SQLite and on PostgreSQL."""
    ours, theirs = (told(tmp_path_factory.mktemp("story"), url) for url in ("", emptied))
    return ours, theirs


def told(folder: Path, url: str) -> Story:
    """The story over records at this address; empty: in a file of the home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMMON_GROUND_RECORDS", url) if url else patch.delenv("COMMON_GROUND_RECORDS", raising=False)
        house = House(folder / "home", visitor=Principal("hana", "Hana", ("hr",)))
        try:
            return {"dialect": house.records.engine.dialect.name, **lived(house, folder)}
        finally:
            house.records.close()


def lived(house: House, folder: Path) -> Story:
    """Everything that HR does in a year, and what it reads."""
    return {
        "forms": brought(house, FORMS, Division(("unit", "gender"))),
        "lime": brought(house, lime(folder), Division(("gender",))),
        "pulse": pulse(house, wave := begun(house)),
        "plans": plans(house, wave),
        "left": {table.__tablename__: many(house, table) for table in GONE} | {"keys": len(Keys(house.home).names())},
        "audit": [(line.action, line.who) for line in reversed(Audit(house.records).search())],
        "chain": Audit(house.records).verify(),
    }


def many(house: House, table: Any) -> int:
    with house.records.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def released(house: House, wave_id: str) -> Story:
    """What was frozen, without the names and hashes that are drawn anew each time."""
    (found,) = StaffReleases(house.records).of_wave(wave_id)
    made = employee_release.restore(found.content, found.sha256)
    return {"rows": made.rows, "audit": made.audit, "cuts": made.about["cuts"], "questions": list(made.about["questions"])}


def brought(house: House, path: Path, division: Division) -> Story:
    """A file of another tool: unknown words set aside, stored once, refused again, taken back, and brought anew."""
    (look,) = bringing.look(house, path)
    plan = bringing.Plan(division=division)
    unknown = bringing.check(house, look.export, look.mapping, plan).checked.unknown
    mapping = checking.settled(look.mapping, unknown, [checking.LEAVE_OUT] * len(unknown))
    done = bringing.store(house, look.export, mapping, path.stem, "hana", plan=plan)
    with pytest.raises(ImportConflict):
        bringing.store(house, look.export, mapping, path.stem, "hana", plan=plan)
    first = SurveyImports(house.records).get(done.import_id)
    made = released(house, first.waves[0])
    bringing.undo(house, done.import_id, "hana")
    again = bringing.store(house, look.export, mapping, path.stem, "hana", plan=plan)
    made["again"] = released(house, SurveyImports(house.records).get(again.import_id).waves[0])["rows"] == made["rows"]
    entries = bringing.listing(house)
    return made | {"unknown": len(unknown), "receipt": first.receipt, "states": sorted(one.state for one in entries)}


def begun(house: House) -> Wave:
    """A pulse that is open."""
    return opened(house, desk.begin(house, "employee_pulse", "Pulse", "hana").id, heads={"whole": {"": 150.0}})


def pulse(house: House, wave: Wave) -> Story:
    """Invited, answered (each link once), closed, accounted for, shown to everybody."""
    people = staff()
    rows = [f"Person {one.number},p{one.number}@riverton.example,{one.unit},{'yes' if one.sworn == 'sworn' else 'no'}" for one in people]
    given = staff_list.read(house, "staff.csv", "\n".join(["Name,E-mail,Unit,Sworn", *rows]).encode())
    made = inviting.invite(house, wave.id, staff_list.people(given), "https://here", "hana")
    same = inviting.invite(house, wave.id, staff_list.people(given), "https://here", "hana", code=made.code)
    with pytest.raises(ScopeError):
        inviting.invite(house, wave.id, staff_list.people(given), "https://here", "hana")
    file = handover.fetch(house, handover.lay_down(house, inviting.as_file(made), "session"), "session").decode("utf-8-sig")
    tokens = [row["link"].rpartition("t=")[2] for row in csv.DictReader(io.StringIO(file))]
    outcomes = [sent(house, wave, one, token).outcome for one, token in zip(people, tokens, strict=True)]
    outcomes.append(sent(house, wave, people[0], tokens[0], key="another form").outcome)
    outcomes.append(sent(house, wave, people[0], tokens[0]).outcome)
    moved = upkeep.move_on(house)
    said = desk.received(house, wave.id)
    closing.close(house, wave.id, "hana")
    told = account.of_wave(house, wave.id)
    links = {"made": made.new, "again": same.new, "alike": same.links == made.links, "tokens": len(set(tokens))}
    cuts = [(cut.cut, cut.groups, cut.shown, cut.reasons) for cut in told.cuts]
    shown = reading.results(house, wave.survey_id).latest.cell("M11", "favourable")
    told_all = {"links": links, "outcomes": outcomes, "moved": moved, "said": said, "cuts": cuts, "shown": plain(shown)}
    return released(house, wave.id) | told_all


def plans(house: House, wave: Wave) -> Story:
    """An action from a low question: kept, done, removed, put back; told to everybody once HR shows the survey."""
    offered = actions.offered(house, wave.survey_id)
    new = Action("", wave.survey_id, "", next(iter(offered)), "Later shifts end on time", "Patrol", dt.date(2031, 1, 1))
    kept = actions.keep(house, new, "hana")
    actions.keep(house, dataclasses.replace(kept, state="done", done="They do."), "hana")
    back = actions.put_back(house, actions.remove(house, kept.id, "hana"), "hana")
    actions.keep(house, dataclasses.replace(back, shown=True), "hana")
    with pytest.raises(ScopeError):
        actions.remove(house, back.id, "hana")
    showing.show(house, wave.id, "hana", public=True)
    tracked = [dataclasses.replace(one, action=dataclasses.replace(one.action, id="", survey_id="", release_id="")) for one in actions.tracked(house)]
    return {
        "offered": list(offered.items()),
        "done": back.done,
        "tracked": [plain(one) for one in tracked],
        "table": actions.table(house).rows,
        "told": [plain(one) for one in actions.told(House(house.home, visitor=ANYONE))],
    }


def test_both_were_what_they_say(both):
    assert [one["dialect"] for one in both] == ["sqlite", "postgresql"]


@pytest.mark.parametrize("part", ["forms", "lime", "pulse", "plans", "left", "audit", "chain"])
def test_the_story_reads_alike(both, part):
    ours, theirs = both
    assert ours[part] == theirs[part]


def test_the_story_is_the_one_that_was_meant(both):
    one = both[1]
    assert one["pulse"]["links"] == {"made": 120, "again": 0, "alike": True, "tokens": 120}
    assert one["pulse"]["outcomes"] == ["stored"] * 120 + ["used", "replayed"]
    assert one["pulse"]["said"] == "At least 120 answers so far."
    for part in ("forms", "lime", "pulse"):
        assert one[part]["audit"]["leverage"] <= 0.5
        assert any(row[-1] not in {"not_shown", "alike"} for row in one[part]["rows"])
    assert one["forms"]["again"] is one["lime"]["again"] is True
    assert one["lime"]["states"] == ["stored", "stored", "undone", "undone"]
    assert one["plans"]["told"]
    assert set(one["left"].values()) == {0}
