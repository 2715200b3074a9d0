"""The page Outreach as a supervisor and as a resident use it."""

from __future__ import annotations

from dashboard.store.outreach import Outreach
from tests.ui.conftest import press, words


def field(app, label):
    return next(one for one in app.text_input if one.label == label)


def test_an_event_is_written_down_removed_and_brought_back_by_one_click(own, open_page):
    app = open_page(own, "outreach", "supervisor")
    assert not app.exception
    field(app, "Title").set_value("Coffee <b>now</b>")
    field(app, "Starts").set_value("half past")
    press(app, "Keep this event")
    assert "is not a time of day" in words(app)
    assert Outreach(own.records).events() == []
    field(app, "Starts").set_value("18:00")
    press(app, "Keep this event")
    assert not app.exception
    assert "is kept" in words(app)
    assert "<b>" not in "".join(str(one.value) for one in app.markdown).replace("\\<b\\>", "")
    (event,) = Outreach(own.records).events()
    app.selectbox(key="cg_outreach_event").set_value(event.id).run()
    press(app, "Remove this event")
    assert Outreach(own.records).events() == []
    press(app, "Undo")
    assert [one.id for one in Outreach(own.records).events()] == [event.id]


def test_a_promise_is_kept_and_everybody_reads_it(own, open_page):
    app = open_page(own, "outreach", "command")
    field(app, "Title").set_value("Meeting")
    press(app, "Keep this event")
    (event,) = Outreach(own.records).events()
    app.selectbox(key="cg_outreach_event").set_value(event.id).run()
    field(app, "What was promised (public)").set_value("Mend the lamp")
    press(app, "Keep")
    assert not app.exception
    public = open_page(own, "outreach")
    cells = {str(cell) for table in public.table for cell in table.value.to_numpy().ravel()}
    assert {"Mend the lamp", "Meeting"} <= cells
    assert "1 promise was made; none is due yet" in words(public)


def test_residents_see_no_desk(riverton, open_page):
    app = open_page(riverton, "outreach")
    assert not app.exception
    said = words(app)
    assert "Southside" in said
    assert app.code[0].value.endswith("/calendar/outreach.ics")
    assert not app.text_input
    assert "Write events down" not in said
