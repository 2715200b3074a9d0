"""Staff answers are sealed, moved without order while others write, opened once, and gone: on both databases. Keys are made and destroyed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from dashboard.errors import StoreError
from dashboard.schema import bank
from dashboard.schema.employee import Division
from dashboard.store.home import Home
from dashboard.store.intake import NOT_INVITED, STORED, USED, Intake, Submission
from dashboard.store.records import Records
from dashboard.store.sealing import Keys
from dashboard.store.staff_answers import Declared, StaffAnswers
from dashboard.store.staff_tables import StaffPendingRow, StaffSealedRow
from dashboard.store.surveys import Surveys, Wave
from tests.together import at_once

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def wave(records: Records) -> Wave:
    surveys, store = Surveys(records), StaffAnswers(records)
    survey = surveys.new(bank.template("employee_pulse"), "Pulse", "Hana")
    declared = Declared(Division(("unit",)), {}, {"en": {"kept": ["k"]}})

    def fix(session: Any, wave_id: str) -> None:
        store.declare(session, wave_id, declared)

    return surveys.launch(survey.id, "spring", "Hana", opens=DAY, within=fix)


def form(wave: Wave, number: int, token: str, comment: str = "") -> Submission:
    answers, comments = {"M11": 3, "n": number}, {"M12": comment} if comment else {}
    return Submission(f"key {number}", wave.id, wave.survey_id, "", "", DAY, answers, comments, token=token, invited_only=True, staff=True)


def counts(records: Records) -> tuple[int, int]:
    with records.read() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (StaffPendingRow, StaffSealedRow))  # type: ignore[return-value]


def test_of_fifty_posts_with_one_invitation_exactly_one_is_stored(records: Records, wave: Wave) -> None:
    token = Surveys(records).invite(wave.survey_id, 1)[0]
    found: list[str] = []
    assert at_once(lambda number: found.append(Intake(records).accept([form(wave, number, token)])[0].outcome), 50) == []
    assert sorted(found) == sorted([STORED, *[USED] * 49])
    assert counts(records) == (1, 0)


def test_nothing_is_lost_while_answers_are_moved(records: Records, wave: Wave) -> None:
    """Sixty people send while ten movers keep moving: every key that is destroyed had nothing left under it."""
    tokens = Surveys(records).invite(wave.survey_id, 60)

    def work(number: int) -> None:
        if number < 60:
            assert Intake(records).accept([form(wave, number, tokens[number], f"words {number}")])[0].outcome == STORED
        else:
            for _ in range(4):
                StaffAnswers(records).flush(wave.id)

    assert at_once(work, 66) == []
    Surveys(records).close(wave.id, "Hana", DAY)
    store = StaffAnswers(records)
    store.flush(wave.id, rest=True)
    answers, comments = store.opened(wave.id)
    assert sorted(one["n"] for one in answers) == list(range(60))
    assert sorted(text for _, text in comments) == sorted(f"words {number}" for number in range(60))
    assert len(store.keys.names()) == 2


def test_the_order_in_which_they_are_opened_is_chance(records: Records, wave: Wave) -> None:
    tokens = Surveys(records).invite(wave.survey_id, 40)
    Intake(records).accept([form(wave, number, token) for number, token in enumerate(tokens)])
    Surveys(records).close(wave.id, "Hana", DAY)
    store = StaffAnswers(records)
    store.flush(wave.id, rest=True)
    first, second = ([one["n"] for one in store.opened(wave.id)[0]] for _ in range(2))
    assert sorted(first) == list(range(40))
    assert first != list(range(40))
    assert first != second


def test_no_answer_without_a_declaration(records: Records) -> None:
    surveys = Surveys(records)
    survey = surveys.new(bank.template("employee_pulse"), "Pulse", "Hana")
    wave = surveys.launch(survey.id, "spring", "Hana", opens=DAY)
    token = surveys.invite(survey.id, 1)[0]
    with pytest.raises(StoreError, match="never fixed"):
        Intake(records).accept([form(wave, 1, token)])
    assert Intake(records).invited(token, survey.id) is True


def test_an_opening_that_fails_declares_nothing(records: Records) -> None:
    surveys = Surveys(records)
    survey = surveys.new(bank.template("employee_pulse"), "Pulse", "Hana")

    def broken(_session: Any, _wave_id: str) -> None:
        raise StoreError("no")

    with pytest.raises(StoreError, match="no"):
        surveys.launch(survey.id, "spring", "Hana", opens=DAY, within=broken)
    assert surveys.waves(survey.id) == []


def test_an_unknown_token_is_turned_away(records: Records, wave: Wave) -> None:
    assert Intake(records).accept([form(wave, 1, "nobody's")])[0].outcome == NOT_INVITED
    assert counts(records) == (0, 0)


def test_the_log_holds_no_older_state_after_answers_were_moved(home: Home) -> None:
    """SQLite: after a move the write-ahead log is empty, so no copy of it shows which commit used which invitation."""
    records = Records(home)
    surveys, store = Surveys(records), StaffAnswers(records)
    survey = surveys.new(bank.template("employee_pulse"), "Pulse", "Hana")
    declared = Declared(Division(), {}, {})
    wave = surveys.launch(survey.id, "w", "Hana", opens=DAY, within=lambda session, name: store.declare(session, name, declared))
    tokens = surveys.invite(survey.id, 12)
    for number, token in enumerate(tokens):
        Intake(records).accept([form(wave, number, token)])
    log = home.path / "records.sqlite-wal"
    assert log.stat().st_size > 0
    store.flush(wave.id)
    assert log.stat().st_size == 0
    records.close()


def test_a_sealed_thing_opens_only_with_its_key_and_as_it_was(home: Home) -> None:
    keys = Keys(home)
    name, other = keys.make(), keys.make()
    sealed = keys.seal(name, "row", b"said", 512)
    assert keys.open(name, "row", sealed) == b"said"
    assert len(sealed) == 512 + 12 + 16
    assert len(keys.seal(name, "row", b"", 512)) == len(sealed)
    for wrong in ((other, "row", sealed), (name, "another row", sealed), (name, "row", sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(StoreError, match="not what was stored"):
            keys.open(*wrong)
    assert (home.staff_keys / f"{name}.key").stat().st_mode & 0o777 == 0o600
    keys.destroy(name)
    keys.destroy(name)
    assert keys.names() == {other}
    with pytest.raises(StoreError, match="sealed under is gone"):
        keys.open(name, "row", sealed)
