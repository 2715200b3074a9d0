"""The watch over the home that all tests read notices what a test must not do there, and nothing that looking does."""

from __future__ import annotations

import pytest

from dashboard.access.sessions import Sessions
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.saved import Saved
from tests.untouched import Untouched


@pytest.fixture
def watch(own_riverton):
    own_riverton.records.upgrade()
    one = Untouched(own_riverton.home.path)
    yield one
    one.close()
    own_riverton.records.close()


def test_writing_is_noticed_once(own_riverton, watch):
    assert watch.changes() == []
    Audit(own_riverton.records).append("Ada", "officers compared", "list", {"reason": "x"})
    (said,) = watch.changes()
    assert said.startswith("table audit_log: ")
    assert watch.changes() == []
    Saved(own_riverton.records).set("survey.forms_per_minute", 600, "Ada")
    assert [one.partition(":")[0] for one in watch.changes()] == ["table audit_log", "table settings"]


def test_a_changed_row_and_a_new_file_are_noticed(own_riverton, watch):
    with own_riverton.records.write() as session:
        session.connection().exec_driver_sql("update survey_comments set state = 'approved' where id = (select min(id) from survey_comments)")
    (own_riverton.home.path / "mappings").mkdir(exist_ok=True)
    (own_riverton.home.path / "mappings" / "x.json").write_text("{}")
    said = watch.changes()
    assert said[0] == "file mappings/x.json"
    assert said[1].startswith("table survey_comments: other content")


def test_looking_as_a_role_is_not_writing(own_riverton, watch):
    sessions = Sessions(own_riverton.records, lambda: own_riverton.settings, sample=True)
    person = People(own_riverton.records).add("Ana", "ana", ["analyst"])
    token = sessions.open(sessions.make_link(person.id))
    sessions.denied(sessions.principal(token), "page audit")
    sessions.close(token)
    assert watch.changes() == []
