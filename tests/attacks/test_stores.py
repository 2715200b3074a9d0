"""An attacker who holds the whole home, its database, write-ahead log and files, before and after two hundred answers: can he tell whose is whose?"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from dashboard.services.employee import closing
from dashboard.services.surveys import upkeep
from dashboard.store.sealing import Keys
from dashboard.store.staff_answers import ANSWERS
from dashboard.store.staff_releases import StaffReleases
from tests.services.employee.staffing import opened, sent, staff, tokens

PEOPLE, CHANCE = 200, 4.5  # of a random order one stands in its place on average; more than 4.5 have 1 chance in 270, for each of the orders tried


@pytest.fixture
def taken(empty, tmp_path):
    """Two hundred people answer in their order; the house as it was taken before and after, with its keys. Which invitation each one had."""
    people = staff(5, (70, 40, 30, 20, 12, 28))
    wave = opened(empty)
    links = tokens(empty, wave, PEOPLE)
    before = shutil.copytree(empty.home.path, tmp_path / "before")
    for place, (one, token) in enumerate(zip(people, links, strict=True)):
        assert sent(empty, wave, one, token, key=f"form {place}").outcome == "stored"
        if place % 25 == 24:
            upkeep.move_on(empty)
    upkeep.move_on(empty)
    after = shutil.copytree(empty.home.path, tmp_path / "after")
    return empty, wave, people, links, before, after


def sealed_in_order(taken, order):
    """Every sealed answer opened with the stolen key, in one of the orders that a database has."""
    house, wave, *_, after = taken
    keys = Keys(house.home)
    with sqlite3.connect(after / "records.sqlite") as database:
        key = database.execute("select kept_key from staff_waves where wave_id = ?", (wave.id,)).fetchone()[0]
        rows = database.execute(f"select id, sealed from staff_sealed where kind = '{ANSWERS}' {order}").fetchall()
    return [json.loads(keys.open(key, name, content)) for name, content in rows]


def hits(people, found):
    """How many stand at the place of who sent them."""
    return sum(one.answers == other for one, other in zip(people, found, strict=True))


def distinct(people):
    """What a match by chance finds on average: answers that several people gave count for each of them."""
    every = [json.dumps(one.answers, sort_keys=True) for one in people]
    return sum(every.count(one) for one in every) / len(every)


@pytest.mark.parametrize("order", ["", "order by id", "order by id desc", "order by sealed", "order by length(sealed), id"])
def test_no_order_of_the_database_is_the_order_of_sending(taken, order):
    people = taken[2]
    found = sealed_in_order(taken, order)
    assert len(found) == PEOPLE
    assert hits(people, found) <= distinct(people) * CHANCE
    first = [json.dumps(one.answers, sort_keys=True) for one in people]
    places = [first.index(json.dumps(one, sort_keys=True)) for one in found]
    assert abs(np.corrcoef(places, np.arange(PEOPLE))[0, 1]) < 0.28  # four standard errors of a correlation of 200


def test_the_matcher_would_notice_an_order(taken):
    """The control: had answers been kept as they came, the matcher finds everybody."""
    people = taken[2]
    assert hits(people, [one.answers for one in people]) == PEOPLE


def test_nothing_in_any_file_names_invitation_form_address_or_hour(taken):
    house, wave, _, links, _, after = taken
    content = {path: path.read_bytes() for path in after.rglob("*") if path.is_file()}
    wanted = [*(token.encode() for token in links), b"form 0", b"form 199", b"127.0.0.1", b"Mozilla"]
    for path, data in content.items():
        assert not [one for one in wanted if one in data], path.name
    with sqlite3.connect(after / "records.sqlite") as database:
        for table in ("staff_sealed", "staff_pending", "survey_sent", "survey_invitations"):
            for row in database.execute(f"select * from {table}"):
                said = " ".join(str(one) for one in row if not isinstance(one, bytes))
                assert not re.search(r"\d{4}-\d\d-\d\d[ T]\d\d:", said), table
                assert not re.search(r"\b1[6-9]\d{8}\b", said), table
    assert wave.opens == dt.date(2026, 1, 5)
    assert house.home.path != after


def test_after_the_close_the_stolen_copy_of_the_database_opens_nothing(taken):
    house, wave, *_ = taken
    closing.close(house, wave.id, "Hana")
    assert Keys(house.home).names() == set()
    assert StaffReleases(house.records).of_wave(wave.id)
    left = b"".join(path.read_bytes() for path in Path(house.home.path).glob("records.sqlite*"))
    with sqlite3.connect(house.home.path / "records.sqlite") as database:
        assert database.execute("select count(*) from staff_sealed").fetchone()[0] == 0
    assert b"kept_key" in left  # the table is there, its key is not
