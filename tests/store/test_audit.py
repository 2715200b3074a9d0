"""The audit log only grows, and shows where it was tampered with."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashboard.store.audit import Audit, Head
from dashboard.store.home import Home
from dashboard.store.records import Records


def _filled(records: Records) -> Audit:
    audit = Audit(records)
    for number in range(1, 7):
        audit.append("ann", "import" if number % 2 else "export", f"file {number}", {"rows": number})
    return audit


def test_a_whole_log_is_whole(records: Records) -> None:
    audit = _filled(records)
    verdict = audit.verify(audit.head())
    assert (verdict.whole, verdict.lines) == (True, 6)
    assert [line.number for line in audit.search(action="import")] == [5, 3, 1]
    assert [line.subject for line in audit.search(words="FILE 4")] == ["file 4"]
    assert audit.search(words="%") == []
    assert [line.number for line in audit.search(before=3, limit=1)] == [2]
    assert audit.search(who="ann", limit=1)[0].details == {"rows": 6}


def test_the_database_refuses_changes(records: Records) -> None:
    _filled(records)
    for statement in ("update audit_log set who = 'ben' where number = 2", "delete from audit_log where number = 2"):
        with pytest.raises(DBAPIError, match="only grows"), records.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("update audit_log set who = 'ben' where number = 3", 3),
        ("update audit_log set details = '{}' where number = 6", 6),
        ("update audit_log set moment = '2020-01-01T00:00:00+00:00' where number = 1", 1),
        ("delete from audit_log where number = 4", 4),
        ("delete from audit_log where number = 1", 1),
        ("update audit_log set number = number + 100 where number = 5", 5),
        ("update audit_log set mac = (select mac from audit_log where number = 2) where number = 3", 3),
    ],
)
def test_the_first_bad_line_is_named(home: Home, statement: str, first_bad: int) -> None:
    records = Records(home)
    audit = _filled(records)
    with records.engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"drop trigger audit_log_no_{verb}"))
        connection.execute(text(statement))
    verdict = audit.verify()
    assert (verdict.whole, verdict.first_bad) == (False, first_bad)
    assert str(first_bad) in verdict.reason
    records.close()


def test_lines_cut_off_the_end_show_beside_a_kept_head(home: Home) -> None:
    records = Records(home)
    audit = _filled(records)
    head = audit.head()
    with records.engine.begin() as connection:
        connection.execute(text("drop trigger audit_log_no_delete"))
        connection.execute(text("delete from audit_log where number > 4"))
    assert audit.verify().whole
    assert audit.verify(head).first_bad == 5
    audit.append("eve", "import")
    audit.append("eve", "import")
    assert audit.verify(head).first_bad == 6
    assert audit.verify(Head(0, "0" * 64)).whole
    records.close()


def test_many_writers_make_one_chain(records: Records) -> None:
    audit = Audit(records)

    def write() -> None:
        for _ in range(5):
            audit.append("ann", "view")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = audit.verify()
    assert (verdict.whole, verdict.lines) == (True, 20)


def test_a_line_holds_with_the_change_it_tells_of(records: Records) -> None:
    audit = Audit(records)

    def change_and_fail() -> None:
        with records.write() as session:
            audit.append_in(session, "ann", "role")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert audit.verify().lines == 0
