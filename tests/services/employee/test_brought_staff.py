"""A staff survey of another tool becomes a release at the same gate as our own; its rows are let go, its receipt counts in fives; and undo."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dashboard.access.principal import Principal
from dashboard.access.roles import Permission
from dashboard.errors import AccessDenied, ImportConflict, MappingError, ScopeError, StoreError
from dashboard.privacy import employee_release
from dashboard.schema.employee import Division
from dashboard.schema.survey_mapping import revised
from dashboard.services.employee import bringing, brought_wave, closing, each_statement, launching, proposing, reading
from dashboard.services.house import House
from dashboard.services.surveys import bringing as of_residents
from dashboard.services.surveys import checking, comments, upkeep
from dashboard.store.sealing import Keys
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.staff_tables import StaffPendingRow, StaffSealedRow
from dashboard.store.survey_imports import SurveyImports
from dashboard.store.survey_tables import CommentRow, InvitationRow, ResponseRow, WaveRow
from data_sources.surveys.recode import recode_waves
from tests.data_sources.surveys.conftest import REAL
from tests.services.employee.staffing import begun, opened, tokens

FILE = Path(__file__).parents[2] / "fixtures" / "staff" / "google_forms_staff.csv"
PRIDE = "M6"


def looked(house, path=FILE):
    (found,) = bringing.look(house, path)
    return found


def settled(house, one, meaning=checking.LEAVE_OUT, division=None):
    plan = bringing.Plan(division=division or bringing.usual(house, one.mapping))
    unknown = bringing.check(house, one.export, one.mapping, plan).checked.unknown
    return bringing.Look(one.export, checking.settled(one.mapping, unknown, [meaning] * len(unknown))), plan


def brought(house, path=FILE, title="Staff 2025", division=None, **plan):
    one, made = settled(house, looked(house, path), division=division)
    return bringing.store(house, one.export, one.mapping, title, "Hana", plan=bringing.Plan(division=made.division, **plan))


def with_comments(house):
    """The file brought in with what people wrote."""
    one, plan = settled(house, looked(house), division=Division(("unit",)))
    columns = [
        column.model_copy(update={"role": "comment", "question": ""}) if column.heading.startswith("What should") else column
        for column in one.mapping.columns
    ]
    return bringing.store(house, one.export, revised(one.mapping, columns), "Staff", "Hana", plan=plan)


def rows_of(house, import_id):
    (wave,) = SurveyImports(house.records).get(import_id).waves
    found = StaffReleases(house.records).of_wave(wave)[0]
    made = employee_release.restore(found.content, found.sha256)
    return {(row[0], row[2], row[3], row[4]): dict(zip(employee_release.HEADS, row, strict=True)) for row in made.rows}, made


def count(house, table):
    with house.records.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def edited(tmp_path, change, name="again.csv"):
    with FILE.open(newline="") as file:
        rows = list(csv.reader(file))
    rows = change(rows)
    path = tmp_path / name
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_groups_questions_and_free_text_are_told_apart(empty):
    roles = {one.heading: (one.role, one.question) for one in looked(empty).mapping.columns}
    assert roles["Unit"] == ("cut", "unit")
    assert roles["Age"][0] == "age"
    assert roles["Gender"][0] == "gender"
    assert roles["I am proud to work here"] == ("question", PRIDE)
    assert roles["What should change? (please write)"][0] == "drop"
    assert "Email Address" not in roles


def test_unknown_answers_stop_the_import_with_their_list(empty):
    one = looked(empty)
    found = bringing.check(empty, one.export, one.mapping, bringing.Plan(division=Division(("unit",)))).checked
    assert {(each.column, each.label) for each in found.unknown} == {("Age", "-1726"), ("Age", "99999999999"), ("Gender", "Malle")}
    with pytest.raises(MappingError, match="99999999999"):
        bringing.store(empty, one.export, one.mapping, "Staff", "Hana")
    assert bringing.listing(empty) == []
    assert count(empty, WaveRow) == 0


def test_the_release_is_what_the_file_says_and_no_row_is_kept(empty):
    done = brought(empty)
    rows, made = rows_of(empty, done.import_id)
    with FILE.open(newline="") as file:
        given = list(csv.DictReader(file))
    scale = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
    scores = [25 * scale.index(one["<strong>I am proud to work here</strong>"]) for one in given]
    assert rows[PRIDE, "whole", "", "mean"]["value"] == round(sum(scores) / len(scores), 1)
    patrol = [25 * scale.index(one["<strong>I am proud to work here</strong>"]) for one in given if one["Unit"] == "Patrol"]
    assert rows[PRIDE, "unit", "Patrol", "mean"]["value"] == pytest.approx(sum(patrol) / len(patrol), abs=0.06)
    assert made.about["k"] == 10
    assert made.audit["leverage"] <= 0.5
    for table in (ResponseRow, StaffPendingRow, StaffSealedRow, InvitationRow, CommentRow):
        assert count(empty, table) == 0, table.__tablename__
    assert Keys(empty.home).names() == set()
    assert not list(empty.home.staging.glob("*"))


def test_what_few_people_said_has_no_name_anywhere(empty):
    done = brought(empty)
    _, made = rows_of(empty, done.import_id)
    assert set(made.about["cuts"]["unit"]["levels"]) == {"Patrol", "Investigations", "Dispatch"}
    kept = f"{made.content} {SurveyImports(empty.records).get(done.import_id)}"
    for rare in ("Falconry", "Rex", "Malle", "-1726", "agency.example", "radios"):
        assert rare not in kept
    empty.records.settle()
    stored = b"".join(path.read_bytes() for path in empty.home.path.rglob("*") if path.is_file())
    for rare in (b"Falconry", b"Rex stays", b"Malle", b"-1726", b"agency.example", b"radios"):
        assert rare not in stored


def test_the_receipt_counts_in_fives(empty):
    found = SurveyImports(empty.records).get(brought(empty).import_id)
    assert found.receipt["rows_read"] == found.receipt["rows_kept"] == "about 120"
    assert ["Email Address", "e-mail address", "about 120"] in found.receipt["dropped"]
    assert found.details["no_meaning"] == [
        ["Age", "declared to mean nothing", "fewer than 5"],
        ["Gender", "declared to mean nothing", "fewer than 5"],
    ]
    assert "json" not in found.details


def test_comments_come_only_when_hr_says_and_wait_for_hr(empty):
    done = with_comments(empty)
    assert done.comments
    with empty.records.read() as session:
        kept = list(session.scalars(select(CommentRow)))
    assert len(kept) >= 20
    assert {(row.area, row.state, row.import_id) for row in kept} == {("", "waiting", None)}
    assert not any("agency.example" in f"{row.original}{row.redacted}" for row in kept)
    bringing.undo(empty, done.import_id, "Hana")
    assert count(empty, CommentRow) == 0


def test_many_comments_of_a_file_are_left_to_upkeep_and_found_by_it(empty, monkeypatch):
    monkeypatch.setattr(closing, "AT_ONCE", 0)
    with_comments(empty)
    assert comments.counts(empty).unread == count(empty, CommentRow)
    assert upkeep.to_read(empty) == count(empty, CommentRow)
    upkeep.read_on(empty)
    assert comments.counts(empty).unread == upkeep.to_read(empty) == 0


def test_the_same_file_counts_once_and_comes_in_anew_after_undo(empty):
    first = brought(empty)
    before, _ = rows_of(empty, first.import_id)
    with pytest.raises(ImportConflict):
        brought(empty)
    bringing.undo(empty, first.import_id, "Hana")
    assert count(empty, WaveRow) == 0
    assert StaffReleases(empty.records).of_survey(first.survey_id) == []
    again = brought(empty)
    after, _ = rows_of(empty, again.import_id)
    assert after == before


def test_a_file_that_differs_by_one_person_from_one_that_was_seen_shows_nothing_of_the_same_questions(empty, tmp_path):
    first = brought(empty)
    assert rows_of(empty, first.import_id)[0][PRIDE, "whole", "", "mean"]["status"] == "shown"
    bringing.undo(empty, first.import_id, "Hana")
    other = edited(tmp_path, lambda rows: rows[:-1])
    one, plan = settled(empty, looked(empty, other))
    assert len(bringing.check(empty, one.export, one.mapping, plan).closed) == 4
    second = brought(empty, other)
    rows, made = rows_of(empty, second.import_id)
    assert {key[0] for key in rows} == {"people"}
    assert made.extras["drivers"] == made.extras["alpha"] == {}


def test_other_groups_or_another_reading_are_another_result(empty):
    first = brought(empty, division=Division(("unit",)))
    bringing.undo(empty, first.import_id, "Hana")
    other, _ = rows_of(empty, brought(empty, division=Division(("gender",))).import_id)
    assert {key[0] for key in other} == {"people"}


def test_only_the_question_that_is_read_otherwise_stays_out(empty):
    first = brought(empty, division=Division(("unit",)))
    bringing.undo(empty, first.import_id, "Hana")
    one, plan = settled(empty, looked(empty), division=Division(("unit",)))
    columns = [
        column.model_copy(update={"values": {"Strongly disagree": 2}}) if column.question == PRIDE else column for column in one.mapping.columns
    ]
    done = bringing.store(empty, one.export, revised(one.mapping, columns), "Staff", "Hana", plan=plan)
    asked = {key[0] for key in rows_of(empty, done.import_id)[0]}
    assert PRIDE not in asked
    assert {"FEVS-Q3", "FEVS-Q4"} <= asked


def test_a_heading_more_does_not_hide_that_a_question_is_the_same(empty, tmp_path):
    bringing.undo(empty, brought(empty).import_id, "Hana")
    wider = edited(tmp_path, lambda rows: [[row[0], f"new {place}", *row[1:]] for place, row in enumerate(rows)])
    rows, _ = rows_of(empty, brought(empty, wider).import_id)
    assert {key[0] for key in rows} == {"people"}


def test_a_pulse_shortly_after_is_refused_the_same_question(empty):
    done = brought(empty)
    days = SurveyImports(empty.records).get(done.import_id).details["asked"][0]
    survey = begun(empty, "employee_full")
    with pytest.raises(ScopeError, match="asked staff"):
        launching.launch(
            empty, survey, "w", "H", opens=dt.date.fromisoformat(days["closes"]) + dt.timedelta(days=5), closes=None, division=Division()
        )


def test_a_wave_of_a_survey_of_ours_and_never_one_of_an_open_one(empty):
    survey = begun(empty)
    done = brought(empty, into=survey)
    assert done.survey_id == survey
    bringing.undo(empty, done.import_id, "Hana")
    wave = opened(empty, survey, opens=dt.date(2026, 3, 1))
    tokens(empty, wave, 3)
    with pytest.raises(ScopeError, match="open"):
        brought(empty, into=survey)
    assert count(empty, InvitationRow) == 3


def test_what_breaks_off_leaves_nothing(empty, monkeypatch):
    def torn(*_args, **_more):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(bringing.closing, "reduce", torn)
        with pytest.raises(OSError, match="disk"):
            brought(empty)
    assert count(empty, WaveRow) == 0
    assert Keys(empty.home).names() == set()
    assert [one.state for one in bringing.listing(empty)] == ["undone"]
    assert rows_of(empty, brought(empty).import_id)[0][PRIDE, "whole", "", "mean"]["status"] == "shown"


def test_the_desk_of_residents_surveys_knows_nothing_of_it(empty):
    done = brought(empty)
    assert of_residents.listing(empty) == []
    assert done.survey_id not in of_residents.targets(empty)
    for refused in (of_residents.undo, lambda house, name, _who: of_residents.aside_csv(house, name)):
        with pytest.raises(StoreError):
            refused(empty, done.import_id, "A")
    assert bringing.targets(empty) == {done.survey_id: "Staff 2025"}


@pytest.mark.parametrize("role", ["command", "analyst", "admin", "supervisor", "council"])
def test_nobody_but_hr_brings_it_in(empty, role):
    house = House(empty.home, visitor=Principal("p", "P", (role,)))
    with pytest.raises(AccessDenied):
        bringing.look(house, FILE)
    assert not house.visitor.may(Permission.MANAGE_EMPLOYEE_SURVEYS)


def test_everybody_who_may_reads_every_question_of_it(empty):
    done = brought(empty)
    command = House(empty.home, visitor=Principal("p", "P", ("command",)))
    assert each_statement.surveys(command) == {done.survey_id: "Staff 2025"}
    asked = each_statement.questions(command, done.survey_id)
    assert {PRIDE, "FEVS-Q3"} <= set(asked)
    for name in asked:
        found = each_statement.answer(command, done.survey_id, name)
        assert found.sentence.startswith("“")
        assert found.tables
    choice = next(name for name, text in asked.items() if text.startswith("Do you expect"))
    assert {row[0] for row in each_statement.answer(command, done.survey_id, choice).tables[0].rows} == {"Yes", "No", "Maybe"}
    assert reading.results(command, done.survey_id).latest.about["asked"] is None


def test_a_mapping_for_another_file_fits_what_is_there(empty, tmp_path):
    one, _ = settled(empty, looked(empty))
    other = looked(empty, edited(tmp_path, lambda rows: [[*row, "x"] for row in rows]))
    made = bringing.with_mapping(empty, other, one.mapping.as_json()).mapping
    assert made.columns[-1].role == "drop"
    assert {name: c.role for c in made.columns for name in [c.heading]}["Unit"] == "cut"
    with pytest.raises(MappingError):
        proposing.fitted(
            one.mapping.model_copy(update={"columns": (one.mapping.columns[0].model_copy(update={"heading": "Elsewhere"}),)}), other.export
        )


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "counted", "cuts"),
    [
        ("osmi_2014_googleforms.csv", (1259, 39, 0), ("age", "gender")),
        ("osmi_2018.csv", (417, 31, 5), ("age", "gender")),
        ("rse_limesurvey_2017-uk_public_data.csv", (253, 0, 20), ("gender",)),
    ],
)
def test_real_staff_surveys_pass_the_gate(empty, name, counted, cuts):
    rows, unknown, least = counted
    path = REAL / "employee" / name
    if not path.exists():
        pytest.skip(f"the real export {name} is not beside the project")
    one = looked(empty, path)
    assert one.export.receipt.rows_read == rows
    assert tuple(brought_wave.cuts_in(one.mapping)) == cuts
    assert not any("<" in column.wording for column in one.mapping.columns)
    first = bringing.check(empty, one.export, one.mapping, bringing.Plan(division=Division(cuts)))
    assert len(first.checked.unknown) == unknown
    done = brought(empty, path, division=Division(cuts))
    _, made = rows_of(empty, done.import_id)
    assert made.audit["questions"] > least
    assert made.audit["leverage"] <= 0.5
    said = recode_waves(one.export, settled(empty, one)[0].mapping)[0]
    for question in made.about["questions"].values():
        for _, label in question["options"][:-1]:
            assert label, question["text"]
    for cut in cuts:
        levels = made.about["cuts"][cut]["levels"]
        stored = {"age": "C20", "gender": "C22"}[cut]
        for level in levels:
            assert level == "others" or sum(answer.get(stored) == level for answer in said.answers) >= 10
    for table in (ResponseRow, StaffPendingRow, StaffSealedRow, CommentRow):
        assert count(empty, table) == 0
