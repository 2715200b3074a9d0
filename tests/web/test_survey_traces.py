"""What stays of somebody who answers? Every file of the home and the server's own log are searched for who, from where and when."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from dashboard.schema import bank
from dashboard.services.house import House
from dashboard.store.originals import Originals
from dashboard.store.survey_tables import CommentRow, CountRow, DraftRow, InvitationRow, PendingRow, ResponseRow, SentRow
from dashboard.store.surveys import Surveys
from tests.serving import ROOT, free_port
from tests.web.surveying import begin, open_survey, post

WHO = {
    "User-Agent": "CanaryBrowser/7.31 (Fruit Phone 99)",
    "Referer": "https://canary-referrer.example/page",
    "X-Forwarded-For": "203.0.113.77",
    "Accept-Language": "en-ZW;q=0.71",
    "Cookie": "canary=crumb7731",
}
TRACES = (b"CanaryBrowser", b"Fruit Phone", b"canary-referrer", b"203.0.113.77", b"127.0.0.1", b"en-ZW", b"crumb7731")
TABLES = (PendingRow, ResponseRow, CommentRow, SentRow, DraftRow, InvitationRow, CountRow)
COUNT = 25


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, House, Path]]:
    """The server as a person starts it, with everything that it says kept in a file."""
    house, log, port = House(tmp_path / "home"), tmp_path / "server.log", free_port()
    house.records.upgrade()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "dashboard", "serve", "--home", str(house.home.path), "--port", str(port)]
    with log.open("wb") as told, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=subprocess.STDOUT) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{address}/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address, house, log
        process.terminate()


def values(found: Any) -> Iterator[Any]:
    """Every single value in stored content."""
    if isinstance(found, dict):
        for name, one in found.items():
            yield name
            yield from values(one)
    elif isinstance(found, list):
        for one in found:
            yield from values(one)
    else:
        yield found


def finer_than_a_day(value: Any, began: float) -> bool:
    """Whether a value is a time of day, or a number that is the time of this test."""
    if isinstance(value, dt.datetime | dt.time):
        return True
    if isinstance(value, str):
        return bool(re.search(r"\d:\d\d|T\d\d", value))
    span = (began - 60, time.time() + 60)
    return isinstance(value, int | float) and any(span[0] * unit <= value <= span[1] * unit for unit in (1, 1000, 1_000_000))


def test_nothing_tells_who_answered_from_where_or_at_what_time(running):
    address, house, log = running
    began = time.time()
    code, wave = open_survey(house, bank.template("community", ("Harbor",)))
    token = Surveys(house.records).invite(wave.survey_id, 1)[0]
    keys = []
    with httpx.Client(base_url=address, headers=WHO) as web:
        for number in range(COUNT):
            key = begin(web, code)
            keys.append(key)
            post(web, code, key, C1="3")
            if number % 5 == 0:
                continue  # left half filled
            for page in range(2, 7):
                answer = post(web, code, key, page=str(page), t=token if number == 1 else "", **({"C18": "a comment"} if page == 5 else {}))
            assert answer.status_code == 200, answer.text
        post(web, code, keys[0], page="2", C9="77")  # a mistake
        web.get(f"/s/{code}/{keys[0]}")
        web.post(f"/s/{code}", content=b"nonsense")
    time.sleep(2.5)  # until waiting answers have moved on once
    files = [file for file in house.home.path.rglob("*") if file.is_file() and file.name != "site.key"]
    assert {"records.sqlite", "records.sqlite-wal"} <= {file.name for file in files}
    secrets = (*TRACES, token.encode(), *(key.encode() for key in keys))
    for file in files:
        content = file.read_bytes()
        assert [one for one in secrets if one in content] == [], file.name
    said = log.read_text()
    own = [line for line in said.splitlines() if address not in line and "sign-in" not in line]
    assert [line for line in own if any(one.decode() in line for one in secrets) or f"/s/{code}" in line] == []
    with house.records.read() as session:
        rows = [row for table in TABLES for row in session.scalars(select(table))]
        stored = [getattr(row, column.key) for row in rows for column in row.__table__.columns if column.key != "original"]
        stored += [Originals(house.home).opened(row) for row in rows if isinstance(row, CommentRow)]  # sealed letters would look like times by chance
        moved = session.scalar(text("select count(*) from survey_responses"))
    assert moved >= 10
    assert len(stored) > COUNT * 4
    assert [one for one in values(stored) if finer_than_a_day(one, began)] == []


def test_the_search_would_find_a_time():
    now = time.time()
    for bad in (dt.datetime.now(dt.UTC), now, int(now * 1000), "2026-11-24T09:15", "at 9:15"):
        assert finer_than_a_day(bad, now), bad
    for good in (dt.date(2026, 11, 23), "2026-11-23", "C18", 3, 12.5, "ab12ff"):
        assert not finer_than_a_day(good, now), good


def test_an_error_is_told_to_the_log_without_what_was_answered(running):
    address, house, log = running
    code, _ = open_survey(house, bank.template("post_contact_short"))
    with house.records.write() as session:
        session.execute(text("drop table survey_pending"))
    with httpx.Client(base_url=address, headers=WHO) as web:
        answer = post(web, code, begin(web, code), P1="4", P2="secretword")
        assert answer.status_code == 422
        answer = post(web, code, begin(web, code), P1="4", P2="5")
    assert answer.status_code == 503
    assert re.search(r'name="P1" value="4" checked', answer.text)
    assert "could not be stored" in answer.text
    said = log.read_text()
    assert "answers could not be stored" in said
    for hidden in ('"P1"', "'P1'", "P1=", "secretword", "CanaryBrowser"):
        assert hidden not in said
