"""From the launch of a pulse to its frozen release: what is fixed, what is stored, what is gone afterwards, and what the release says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from sqlalchemy import func, select

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ReleaseRefused, ScopeError, StoreError
from dashboard.privacy import employee_release
from dashboard.schema.employee import Division
from dashboard.services.employee import closing, launching, morale
from dashboard.services.house import House
from dashboard.services.surveys import authoring, review, sharing, upkeep, watching
from dashboard.store.saved import Saved
from dashboard.store.sealing import Keys
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.staff_tables import StaffPendingRow, StaffSealedRow
from dashboard.store.survey_tables import CommentRow, DraftRow, InvitationRow, PendingRow, ResponseRow, SentRow
from tests.services.employee.staffing import BOTH, DAY, answered, begun, fresh, opened, sent, staff, tokens

LATER = DAY + dt.timedelta(days=90)


def count(house, table, *where):
    with house.records.read() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def rows_of(house, wave):
    found = StaffReleases(house.records).of_wave(wave.id)[0]
    made = employee_release.restore(found.content, found.sha256)
    return {row[:1] + row[2:5]: dict(zip(employee_release.HEADS, row, strict=True)) for row in made.rows}


def test_a_pulse_from_launch_to_release(empty):
    people = staff()
    wave = opened(empty, heads={"whole": {"": 120.0}})
    answered(empty, wave, people)
    closing.close(empty, wave.id, "Hana")
    rows = rows_of(empty, wave)
    morale = rows["M11", "whole", "", "mean"]
    assert morale["value"] == round(float(np.mean([25 * (one.answers["M11"] - 1) for one in people])), 1)
    assert morale["n"] == 120
    assert rows["people", "whole", "", "response_rate"]["status"] == "at_least"
    assert rows["M11", "unit", "patrol", "mean"]["value"] == round(
        float(np.mean([25 * (one.answers["M11"] - 1) for one in people if one.unit == "patrol"])), 1
    )
    assert rows["M11", "unit", "communications", "mean"]["status"] == "not_shown"
    assert sum(rows["M11", "unit", unit, "mean"]["status"] == "not_shown" for unit in ("community", "special", "communications")) >= 2
    found = StaffReleases(empty.records).of_wave(wave.id)[0]
    assert found.content["audit"]["leverage"] <= 0.5
    assert found.content["about"]["cuts"].keys() == {"unit", "sworn"}
    assert empty.name in found.content["about"]["questions"]["ENPS1"]["text"], "a question is kept as it was asked"
    assert "{agency}" not in repr(found.content)


def test_the_first_wave_says_its_number_with_its_interval(empty):
    wave = opened(empty, heads={"whole": {"": 120.0}})
    answered(empty, wave, staff())
    closing.close(empty, wave.id, "Hana")
    row = rows_of(empty, wave)["M11", "whole", "", "mean"]
    assert f"{row['value']:.3g} (95% interval {row['low']:.3g} to {row['high']:.3g})" in morale.pulse(empty).sentence


def test_nothing_of_single_answers_is_left(empty):
    people = staff()
    wave = opened(empty)
    answered(empty, wave, people, comments=["More radios."] * 25)
    assert count(empty, StaffPendingRow) == 120
    closing.close(empty, wave.id, "Hana")
    for table in (StaffPendingRow, StaffSealedRow, InvitationRow, SentRow, DraftRow, PendingRow, ResponseRow):
        assert count(empty, table) == 0, table.__tablename__
    assert Keys(empty.home).names() == set()
    with empty.records.read() as session:
        kept = list(session.scalars(select(CommentRow)))
    assert len(kept) == 25
    assert {(row.area, row.state, row.import_id) for row in kept} == {("", "waiting", None)}
    analyst = House(empty.home, visitor=Principal("p", "P", ("analyst",)))
    assert review.following(analyst) is None
    assert review.waiting(analyst) == {}
    assert review.following(empty).redacted == "More radios."


def test_fewer_than_twenty_comments_are_never_seen(empty):
    wave = opened(empty)
    answered(empty, wave, staff(), comments=["More radios."] * 19)
    closing.close(empty, wave.id, "Hana")
    assert count(empty, CommentRow) == 0
    assert StaffReleases(empty.records).of_wave(wave.id)[0].content["about"]["comments"] == "not_shown"


def test_answers_are_moved_in_tens_under_new_ids_and_their_first_key_is_destroyed(empty):
    people = staff()
    wave = opened(empty)
    links = tokens(empty, wave, 12)
    for one, token in zip(people[:9], links, strict=False):
        sent(empty, wave, one, token)
    assert upkeep.move_on(empty) == 0
    with empty.records.read() as session:
        first = {row.id: row.key for row in session.scalars(select(StaffPendingRow))}
    sent(empty, wave, people[9], links[9])
    assert upkeep.move_on(empty) == 10
    with empty.records.read() as session:
        moved = {row.id for row in session.scalars(select(StaffSealedRow))}
    assert not moved & set(first)
    assert set(first.values()).isdisjoint(Keys(empty.home).names())
    assert len(Keys(empty.home).names()) == 2
    assert StaffAnswers(empty.records).received(wave.id) == 10


def test_sealed_things_of_a_kind_all_have_one_size(empty):
    people = staff()
    wave = opened(empty)
    links = tokens(empty, wave, 30)
    for place, one in enumerate(people[:30]):
        sent(empty, wave, one, links[place], comments={"M12": "x" * 3900} if place == 3 else {"M12": "Radios."} if place == 4 else {})
    with empty.records.read() as session:
        assert len({len(row.sealed) for row in session.scalars(select(StaffPendingRow))}) == 1
    StaffAnswers(empty.records).flush(wave.id)
    with empty.records.read() as session:
        rows = list(session.scalars(select(StaffSealedRow)))
    assert len({(row.kind, len(row.sealed)) for row in rows}) == 2


def test_a_link_counts_once_and_the_first_answers_stay(empty):
    people = staff()
    wave = opened(empty)
    (token,) = tokens(empty, wave, 1)
    assert sent(empty, wave, people[0], token, key="first").outcome == "stored"
    assert sent(empty, wave, people[1], token, key="second").outcome == "used"
    assert sent(empty, wave, people[0], token, key="first").outcome == "replayed"
    assert sent(empty, wave, people[0], "made-up", key="third").outcome == "not invited"
    assert StaffAnswers(empty.records).received(wave.id) == 1


def test_answers_are_read_only_after_closing(empty):
    wave = opened(empty)
    with pytest.raises(StoreError, match="closed"):
        StaffAnswers(empty.records).opened(wave.id)


def test_a_close_that_was_interrupted_is_finished(empty):
    wave = opened(empty)
    answered(empty, wave, staff())
    fresh(empty).close(wave.id, "Hana", DAY)  # the server stopped right here
    StaffAnswers(empty.records).flush(wave.id, rest=True)
    closing.close(empty, wave.id, "Hana")
    assert rows_of(empty, wave)["M11", "whole", "", "mean"]["n"] == 120
    with pytest.raises(ScopeError, match="frozen already"):
        closing.close(empty, wave.id, "Hana")


def test_a_wave_with_nine_answers_says_nothing(empty):
    wave = opened(empty)
    answered(empty, wave, staff()[:9])
    closing.close(empty, wave.id, "Hana")
    assert {row["status"] for row in rows_of(empty, wave).values()} == {"not_shown"}
    assert StaffReleases(empty.records).of_wave(wave.id)[0].content["choices"] == {}


def test_a_wave_without_answers_can_be_closed(empty):
    wave = opened(empty)
    closing.close(empty, wave.id, "Hana")
    assert {row["status"] for row in rows_of(empty, wave).values()} == {"not_shown"}


def test_kept_answers_stay_sealed_when_the_setting_says_so(empty):
    Saved(empty.records).set("employee.keep_answers", True, "Ada")
    house = House(empty.home)
    wave = opened(house)
    answered(house, wave, staff(), comments=["Radios."] * 20)
    closing.close(house, wave.id, "Hana")
    with house.records.read() as session:
        rows = list(session.scalars(select(StaffSealedRow)))
    assert len(rows) == 120
    assert all(b"FEVS-Q71" not in row.sealed for row in rows)
    assert any("stay locked" in text for text in StaffAnswers(house.records).declared(wave.id).promise["en"]["kept"])


def test_a_calendar_closes_it_too(empty):
    survey = begun(empty)
    wave = launching.launch(empty, survey, "w", "Hana", opens=DAY, closes=DAY, division=BOTH)
    answered(empty, wave, staff())
    assert upkeep.tidy(empty) == ["w"]
    assert rows_of(empty, wave)["M11", "whole", "", "mean"]["status"] == "shown"


def test_a_correction_only_withholds_and_names_what_it_replaces(empty):
    wave = opened(empty)
    answered(empty, wave, staff())
    first = closing.close(empty, wave.id, "Hana")
    before = rows_of(empty, wave)
    second = closing.withhold(empty, wave.id, "Hana", cut="sworn", reason="One unit is nearly all civilian.")
    found = StaffReleases(empty.records).of_wave(wave.id)
    assert [one.id for one in found] == [second, first]
    assert found[0].replaces == first
    after = rows_of(empty, wave)
    assert {row["status"] for key, row in after.items() if "sworn" in key[1]} == {"not_shown"}
    assert {key: row for key, row in after.items() if "sworn" not in key[1]} == {key: row for key, row in before.items() if "sworn" not in key[1]}
    assert [one.id for one in StaffReleases(empty.records).of_survey(wave.survey_id)] == [second]


def test_a_changed_release_is_refused(empty):
    wave = opened(empty)
    answered(empty, wave, staff())
    closing.close(empty, wave.id, "Hana")
    found = StaffReleases(empty.records).of_wave(wave.id)[0]
    with pytest.raises(ReleaseRefused):
        employee_release.restore({**found.content, "rows": found.content["rows"][1:]}, found.sha256)


def test_cuts_and_promise_are_fixed_at_launch(empty):
    wave = opened(empty)
    declared = StaffAnswers(empty.records).declared(wave.id)
    assert declared.division == BOTH
    said = declared.promise
    assert set(said) == {"en", "es"}
    assert "unit, sworn or civilian and sworn or civilian within unit" in said["en"]["shown"][0]
    assert any("at least 10" in text for text in said["en"]["shown"])
    assert "full control of the server" in said["en"]["limits"][0]
    Saved(empty.records).set("employee.min_people", 15, "Ada")
    assert StaffAnswers(empty.records).declared(wave.id).promise == said


@pytest.mark.parametrize(
    ("division", "said"),
    [
        (Division(("shift",)), "does not ask for shift"),
        (Division(("unit",), (("unit", "sworn"),)), "joins two of the declared"),
        (Division(("unit", "sworn"), (("unit", "unit"),)), "joins two of the declared"),
    ],
)
def test_only_what_is_asked_can_divide(empty, division, said):
    with pytest.raises(ScopeError, match=said):
        opened(empty, division=division)


def test_two_surveys_with_the_same_question_lie_four_weeks_apart(empty):
    wave = opened(empty)
    answered(empty, wave, staff()[:20])
    fresh(empty).close(wave.id, "Hana", DAY + dt.timedelta(days=7))
    closing.close(empty, wave.id, "Hana")
    with pytest.raises(ScopeError, match="less than 28 days before"):
        opened(empty, wave.survey_id, opens=DAY + dt.timedelta(days=30))
    with pytest.raises(ScopeError, match="less than 28 days before"):
        opened(empty, begun(empty, "employee_full"), opens=DAY + dt.timedelta(days=30))
    assert opened(empty, wave.survey_id, opens=DAY + dt.timedelta(days=35)).state == "open"


def test_the_rotation_takes_its_turn(empty):
    first = opened(empty)
    fresh(empty).close(first.id, "Hana", DAY)
    closing.close(empty, first.id, "Hana")
    second = opened(empty, first.survey_id, opens=LATER)
    asked = [{one.id for one in fresh(empty).version(wave.survey_id, wave.version).questions()} for wave in (first, second)]
    assert {"M3", "M2"} <= asked[0]
    assert {"M5", "FEVS-Q48"} <= asked[1]
    assert "M3" not in asked[1]


def test_while_it_is_open_only_tens_are_shown(empty):
    wave = opened(empty)
    answered(empty, wave, staff()[:27])
    seen = watching.arriving(empty, wave)
    assert seen.sentence == "At least 20 answers so far."
    assert not seen.tables
    assert not seen.pictures
    for service in (watching.finishing, watching.leaving_out, watching.places):
        with pytest.raises(ScopeError, match="only the number"):
            service(empty, wave)
    with pytest.raises(ScopeError, match="one link"):
        sharing.add_channel(empty, wave.survey_id, "poster", "Locker room")


@pytest.mark.parametrize("role", ["analyst", "command", "admin", "supervisor"])
def test_only_hr_runs_them(empty, role):
    wave = opened(empty)
    house = House(empty.home, visitor=Principal("p", "P", (role,)))
    with pytest.raises(AccessDenied):
        launching.cuts_of(house, wave.survey_id)
    with pytest.raises(AccessDenied):
        closing.close(house, wave.id, "P")
    for service, args in (
        (authoring.desk, (wave.survey_id,)),
        (authoring.close, (wave.id, "P")),
        (sharing.invite, (wave.survey_id, [["x"]], "")),
        (watching.arriving, (wave,)),
        (authoring.begin, ("employee_pulse", "", "P")),
    ):
        with pytest.raises(AccessDenied):
            service(house, *args)
    if role == "analyst":
        assert authoring.listing(house) == []
        assert not any("employee" in name for name in authoring.templates(house))


def test_a_survey_does_not_change_whom_it_asks(empty):
    survey = begun(empty)
    draft = fresh(empty).get(survey).draft.model_copy(update={"family": "community"})
    with pytest.raises(ScopeError, match="whom it asks"):
        authoring.keep(empty, survey, draft)


def test_the_outlook_foresees_what_the_release_will_hide(empty):
    people = staff()
    wave = opened(empty)
    roster = [{"unit": one.unit, "sworn": one.sworn} for one in people]
    seen = launching.outlook(empty, wave.survey_id, BOTH, 1.0, roster=roster)
    answered(empty, wave, people)
    closing.close(empty, wave.id, "Hana")
    rows = rows_of(empty, wave)
    for one in seen:
        assert (rows["people", one.cut, one.level, "people"]["status"] == "shown") == one.shown, one
    few = launching.outlook(empty, wave.survey_id, BOTH, 0.3, roster=roster)
    assert sum(bool(one.shown) for one in few) < sum(bool(one.shown) for one in seen)
    assert next(one for one in few if one.cut == "whole").expected == 36


def test_the_outlook_from_numbers_of_people_sees_each_cut_by_itself(empty):
    survey = begun(empty)
    heads = {
        "unit": dict(zip(("patrol", "investigations", "special", "community", "communications", "support"), (40, 22, 14, 12, 4, 28), strict=True))
    }
    seen = {(one.cut, one.level): one for one in launching.outlook(empty, survey, BOTH, 0.8, heads=heads)}
    assert seen["unit", "patrol"].shown
    assert not seen["unit", "communications"].shown
    assert seen["sworn", "sworn"].shown is None
    assert seen["unit*sworn", ""].shown is None


def test_a_roster_with_unknown_words_is_refused(empty):
    with pytest.raises(ScopeError, match="narcotics"):
        launching.outlook(empty, begun(empty), BOTH, 0.5, roster=[{"unit": "Narcotics", "sworn": "sworn"}])


def test_what_was_promised_at_the_launch_binds_whatever_is_set_before_the_close(empty):
    saved = Saved(empty.records)
    saved.set("employee.min_people", 15, "Ada", "to be careful")
    house = House(empty.home)
    wave = opened(house)
    answered(house, wave, staff(), comments=["More radios."] * 25)
    saved.set("employee.min_people", 10, "Ada", "to see more")
    saved.set("employee.keep_answers", True, "Ada", "to look at them later")
    later = House(empty.home)
    closing.close(later, wave.id, "Hana")
    found = StaffReleases(later.records).of_wave(wave.id)[0]
    assert found.content["about"]["k"] == found.content["audit"]["k"] == 15
    shown = {row[3] for row in found.content["rows"] if row[0] == "people" and row[2] == "unit" and row[-1] == "shown"}
    assert shown == {"patrol", "investigations"}  # support beside all civilians would tell of communications
    assert count(later, StaffSealedRow) == 0
    assert Keys(later.home).names() == set()
