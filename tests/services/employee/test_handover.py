"""The file of links on its way to the browser that asked for it: handed out once, by any process, and readable in no store."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from sqlalchemy import select

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ScopeError
from dashboard.services.employee import handover, inviting
from dashboard.services.house import House
from dashboard.services.surveys import upkeep
from dashboard.store.staff_links import MOST, StaffLinks
from dashboard.store.staff_tables import StaffLinksRow
from tests.services.employee.staffing import opened, staff
from tests.services.employee.test_inviting import ADDRESS, listed

SESSION = "a-token-that-only-the-browser-holds"


def test_the_file_of_links_is_for_the_session_that_asked_for_it_alone_and_once(empty):
    hr = House(empty.home, visitor=Principal("a", "a", ("hr",)))
    name = handover.lay_down(hr, b"links", "session one")
    for session in ("session two", "", "session one "):
        with pytest.raises(ScopeError, match="gone"):
            handover.fetch(hr, name, session)
    with pytest.raises(AccessDenied):
        handover.fetch(House(empty.home, visitor=Principal("a", "A", ("analyst",))), name, "session one")
    assert handover.fetch(hr, name, "session one") == b"links"
    with pytest.raises(ScopeError, match="gone"):
        handover.fetch(hr, name, "session one")


def test_another_process_and_a_restart_hand_the_file_out_too(empty):
    name = handover.lay_down(House(empty.home), b"links", "session")
    asked = "import sys; from dashboard.services.house import House; from dashboard.services.employee import handover; "
    asked += "sys.stdout.buffer.write(handover.fetch(House(sys.argv[1]), sys.argv[2], 'session'))"
    there = subprocess.run([sys.executable, "-c", asked, str(empty.home.path), name], capture_output=True, check=True)
    assert there.stdout == b"links"
    with pytest.raises(ScopeError, match="gone"):
        handover.fetch(House(empty.home), name, "session")


def test_no_store_holds_a_link_that_can_be_read(empty):
    """Whoever has every file of the home, its key and the address that was asked for, but not the browser's cookie, reads nothing."""
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, staff()[:12]), ADDRESS, "Hana")
    content = inviting.as_file(made)
    name = handover.lay_down(empty, content, SESSION)
    empty.records.settle()
    kept = b"".join(file.read_bytes() for file in empty.home.path.rglob("*") if file.is_file())
    tokens = [link.rpartition("t=")[2].encode() for _, link in made.links]
    assert not [one for one in (*tokens, made.code.encode(), name.encode(), SESSION.encode()) if one in kept]
    with empty.records.read() as reading:
        (row,) = reading.scalars(select(StaffLinksRow))
    for guess in ("", name, row.id, empty.home.site_key.hex()):
        assert StaffLinks(empty.records, empty.home.site_key).take(name, guess) is None
    assert handover.fetch(empty, name, SESSION) == content
    with empty.records.read() as reading:
        assert not list(reading.scalars(select(StaffLinksRow)))


def test_a_file_that_nobody_fetched_goes_and_not_too_many_wait(empty, monkeypatch):
    monkeypatch.setattr(handover, "LIFE", dt.timedelta(seconds=-1))
    late = handover.lay_down(empty, b"late", "session")
    with pytest.raises(ScopeError, match="gone"):
        handover.fetch(empty, late, "session")
    upkeep.tidy(empty)
    monkeypatch.setattr(handover, "LIFE", dt.timedelta(minutes=10))
    names = [handover.lay_down(empty, b"many", "session") for _ in range(MOST + 2)]
    with empty.records.read() as reading:
        assert len(list(reading.scalars(select(StaffLinksRow)))) == MOST
    assert handover.fetch(empty, names[-1], "session") == b"many"
