"""The library: what may be kept, what the public sees of it, and that nothing that acts comes in or goes out."""

import dataclasses
import datetime as dt
import io

import pytest

from dashboard.errors import ScopeError, SourceError, StoreError
from dashboard.schema.library import ANSWERED, DECLINED, DRAFT, PDF, PUBLISHED, WAITING, WITHDRAWN, Document, Meeting, Version, current
from dashboard.services.forms import today
from dashboard.services.library import asking, desk, feed, shelf, upload
from dashboard.store.audit import Audit

PAGE = (
    "<!doctype html><html><head><title>t</title><style>p{}</style></head><body><h1>Use of force</h1><p>De-escalation &amp; care</p>{}</body></html>"
)
DAY = dt.date(2020, 1, 1)


def page(more=""):
    """A small HTML page."""
    return PAGE.replace("{}</body>", f"{more}</body>").encode()


def pdf(*, script=False, attached=False, locked=False):
    """A small PDF with words, and something in it that acts where asked."""
    import typst

    made = typst.compile(b"#set document(title: [Policy])\n= Pursuits\nA pursuit needs a reason.")
    import pypdf

    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(made)))
    if script:
        names = {"/S": pypdf.generic.NameObject("/JavaScript"), "/JS": pypdf.generic.TextStringObject("app.alert('x')")}
        acts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject(name): value for name, value in names.items()})
        writer.root_object[pypdf.generic.NameObject("/OpenAction")] = acts
    if attached:
        writer.add_attachment("x.exe", b"MZ")
    if locked:
        writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def add(house, title="Pursuits", content=None, *, since=DAY, note="", state=PUBLISHED):
    """A document with one file."""
    one = desk.keep(house, Document("", "policy", title), "test")
    desk.add_file(house, one.id, "a.html", content or page(), since, note, "test")
    if state != DRAFT:
        desk.set_state(house, one.id, state, "test")
    return one


def test_a_pdf_is_known_by_its_content_and_read_apart():
    found = upload.checked("../../etc/evil name?.txt", pdf(), 20)
    assert found.media == PDF
    assert "A pursuit needs a reason" in found.text
    assert "/" not in found.name
    assert "?" not in found.name


@pytest.mark.parametrize(
    ("made", "said"),
    [({"script": True}, "script"), ({"attached": True}, "attached"), ({"locked": True}, "password")],
    ids=["script", "file", "locked"],
)
def test_a_pdf_that_acts_or_is_locked_is_refused(made, said):
    with pytest.raises(SourceError, match=said):
        upload.checked("a.pdf", pdf(**made), 20)


@pytest.mark.parametrize(
    "more",
    [
        "<script>alert(1)</script>",
        "<p onclick='x()'>a</p>",
        "<a href='java\nscript:x'>a</a>",
        "<iframe src=x></iframe>",
        "<object data=x></object>",
        "<form action=x></form>",
        "<svg><script>1</script></svg>",
        "<img src=x onerror=y>",
        "<meta http-equiv=refresh content='0;url=x'>",
        "<base href=//evil>",
        "<a href='data:text/html,x'>a</a>",
        "<link rel=stylesheet href=//x>",
    ],
)
def test_a_page_that_acts_is_refused(more):
    with pytest.raises(SourceError, match="The page holds"):
        upload.checked("a.html", page(more), 20)


def test_a_plain_page_is_taken_with_its_words():
    found = upload.checked("a.pdf", page(), 20)
    assert (found.media, found.text) == ("text/html", "Use of force\nDe-escalation & care")


@pytest.mark.parametrize("content", [b"", b"MZ\x00\x01", b"PK\x03\x04zip", b"plain words", b"\xff\xfe<\x00h\x00", b"%PDF-1.7 nothing more"])
def test_what_is_neither_is_refused_in_a_sentence(content):
    with pytest.raises(SourceError):
        upload.checked("a.pdf", content, 20)


def test_what_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(SourceError, match="larger than 1 MB"):
        upload.checked("a.pdf", b"%PDF-" + b"x" * 1_100_000, 1)


def test_the_public_sees_published_files_only_and_past_versions_stay(empty):
    one = add(empty, content=page("<p>first</p>"), note="First", state=DRAFT)
    assert shelf.documents(empty) == []
    assert shelf.file(empty, one.id) is None
    desk.set_state(empty, one.id, PUBLISHED, "test")
    desk.add_file(empty, one.id, "b.html", page("<p>second</p>"), dt.date(2021, 1, 1), "Second", "test")
    assert b"first" in shelf.file(empty, one.id)[1], "a new file waits until it is published"
    assert shelf.file(empty, one.id, 2) is None
    desk.set_state(empty, one.id, PUBLISHED, "test")
    assert b"second" in shelf.file(empty, one.id)[1]
    assert b"first" in shelf.file(empty, one.id, 1)[1]
    (shelved,) = shelf.documents(empty)
    assert (shelved.current.number, [other.number for other in shelved.others]) == (2, [1])


def test_a_version_of_the_future_is_not_in_force_yet():
    versions = [Version("d", n, day, "", "", PDF, 0, "", published=True) for n, day in ((1, DAY), (2, dt.date(2030, 1, 1)))]
    assert current(versions, dt.date(2026, 1, 1)).number == 1
    assert current(versions, dt.date(2031, 1, 1)).number == 2
    assert current([], DAY) is None


def test_withdrawing_can_be_taken_back_and_all_is_written_down(empty):
    one = add(empty)
    desk.set_state(empty, one.id, WITHDRAWN, "test")
    assert shelf.documents(empty) == []
    assert shelf.file(empty, one.id, 1) is None
    desk.set_state(empty, one.id, PUBLISHED, "test")
    assert shelf.file(empty, one.id, 1) is not None
    assert {"document withdrawn", "document published", "document file", "document"} <= {
        line.action for line in Audit(empty.records).search(who="test")
    }


def test_a_document_without_a_file_cannot_be_published(empty):
    one = desk.keep(empty, Document("", "report", "Empty"), "test")
    with pytest.raises(StoreError, match="without a file"):
        desk.set_state(empty, one.id, PUBLISHED, "test")


def test_search_finds_words_of_title_and_text_and_of_nothing_that_is_not_public(empty):
    add(empty, "Cameras", page("<p>Footage within 45 days</p>"))
    add(empty, "Secret plan", page("<p>Footage of nobody</p>"), state=DRAFT)
    assert [one.document.title for one in shelf.documents(empty, "FOOTAGE within")] == ["Cameras"]
    assert "Footage within 45 days" in shelf.documents(empty, "footage within")[0].found
    assert [one.document.title for one in shelf.documents(empty, "camer")] == ["Cameras"]
    assert shelf.documents(empty, "%%") == []
    assert shelf.documents(empty, "Secret") == []


def test_a_changed_file_is_never_served(empty):
    one = add(empty)
    from sqlalchemy import update

    from dashboard.store.library_tables import DocumentVersionRow

    with empty.records.write() as session:
        session.execute(update(DocumentVersionRow).values(content=b"<html>forged</html>"))
    with pytest.raises(StoreError, match="checksum"):
        shelf.file(empty, one.id)


def test_a_question_is_stored_redacted_once_and_its_words_nowhere_else(empty):
    words = "Why did Officer Margaret Thornbury call me at 555-867-5309 yesterday?"
    assert asking.ask(empty, "key", words)
    assert asking.ask(empty, "key", words)
    (one,) = asking.queue(empty)
    assert one.state == WAITING
    assert "[PHONE]" in one.words
    empty.records.settle()
    stored = b"".join(file.read_bytes() for file in empty.home.path.rglob("records.sqlite*"))
    assert b"867-5309" not in stored
    assert b"Thornbury" not in stored


@pytest.mark.parametrize("words", ["", "short", "x" * 1_001])
def test_what_is_no_question_is_said(empty, words):
    with pytest.raises(ScopeError, match="characters"):
        asking.ask(empty, "k", words)


def test_only_answered_questions_are_public_and_each_step_can_be_taken_back(empty):
    asking.ask(empty, "k", "When does the council meet again?")
    assert shelf.answered(empty) == []
    (one,) = asking.queue(empty)
    with pytest.raises(ScopeError, match="needs words"):
        asking.settle(empty, dataclasses.replace(one, state=ANSWERED), "test")
    asking.settle(empty, dataclasses.replace(one, state=ANSWERED, answer="In January."), "test")
    assert [each.answer for each in shelf.answered(empty)] == ["In January."]
    (kept,) = asking.settled(empty)
    asking.settle(empty, dataclasses.replace(kept, state=DECLINED), "test")
    assert shelf.answered(empty) == []
    asking.settle(empty, dataclasses.replace(kept, state=WAITING), "test")
    assert len(asking.queue(empty)) == 1


def test_too_many_waiting_questions_are_not_taken(empty, monkeypatch):
    monkeypatch.setattr("dashboard.store.library.MOST_WAITING", 2)
    assert [asking.ask(empty, f"k{n}", f"Question number {n} of many?") for n in range(3)] == [True, True, False]


def test_meetings_are_a_calendar_that_another_program_reads(empty):
    from icalendar import Calendar

    day = today(empty) + dt.timedelta(days=9)
    kept = desk.keep_meeting(empty, Meeting("", "Council; open", day, "18:30", "20:00", "Hall, Room 2", "By the door", "1. One"), "test")
    desk.keep_meeting(empty, Meeting("", "All day", day, state="cancelled"), "test")
    entries = {str(one["summary"]): one for one in Calendar.from_ical(feed.meetings(empty, day, "https://police.example")).walk("VEVENT")}
    assert entries["Council; open"]["dtstart"].dt.isoformat().startswith(f"{day}T18:30")
    assert str(entries["Council; open"]["location"]) == "Hall, Room 2"
    assert str(entries["Cancelled: All day"]["status"]) == "CANCELLED"
    desk.remove_meeting(empty, kept.id, "test")
    assert [one.title for one in shelf.meetings(empty)] == ["All day"]
    desk.remove_meeting(empty, kept.id, "test", back=True)
    assert len(shelf.meetings(empty)) == 2


@pytest.mark.parametrize("times", [("25:00", ""), ("18:00", "17:00"), ("", "18:00"), ("noon", "")])
def test_times_that_cannot_be_are_said(empty, times):
    with pytest.raises(ScopeError):
        desk.keep_meeting(empty, Meeting("", "Council", DAY, *times), "test")


def test_the_sample_has_policies_in_two_versions_meetings_with_papers_and_answers(riverton):
    found = {one.document.title: one for one in shelf.documents(riverton)}
    assert found["Use of force"].others
    assert "Drones" not in found
    assert any(shelf.papers(riverton).values())
    assert len(shelf.answered(riverton)) == 3
    assert len(asking.queue(riverton)) == 2
    assert shelf.documents(riverton, "neck restraints")
