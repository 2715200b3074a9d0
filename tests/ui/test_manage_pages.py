"""The Audit and Settings pages as an administrator uses them."""

from __future__ import annotations

from dashboard.store.audit import Audit
from dashboard.store.saved import Saved
from tests.ui.conftest import press, words


def cells(app):
    return "\n".join(str(value) for table in app.table for value in table.value.to_numpy().ravel())


def test_the_log_is_turned_page_by_page_and_a_new_search_begins_at_the_newest(own, open_page):
    for number in range(130):
        Audit(own.records).append("somebody", "export", f"file {number} <b>*x*</b>")
    app = open_page(own, "audit", "admin")
    assert "file 129 \\<b\\>\\*x\\*\\<" in cells(app)
    app = press(app, "Older lines")
    assert "file 129" not in cells(app)
    assert "file 60 " in cells(app)
    app = press(app, "Newest lines")
    assert "file 129" in cells(app)
    app = press(app, "Older lines")
    app.text_input[0].set_value("file 128")
    app = app.run()
    assert "file 128" in cells(app)
    assert "file 127" not in cells(app)
    app.text_input[0].set_value("nothing like this")
    assert "No line fits" in words(app.run())


def test_the_page_checks_every_line_and_shows_the_head(own, open_page):
    app = press(open_page(own, "audit", "admin"), "Check every line")
    head = Audit(own.records).head()
    assert app.code[0].value == f"{head.number}:{head.mac}"
    assert "are as they were written" in words(app)
    app.text_input[1].set_value(f"{head.number + 5}:{head.mac}")
    app = press(app, "Check every line")
    assert "was kept elsewhere" in app.error[0].value
    app.text_input[1].set_value("nonsense")
    assert "not the head" in words(press(app, "Check every line"))


def test_a_setting_is_changed_with_a_reason_on_the_page(own, open_page):
    app = open_page(own, "settings", "admin")
    app = app.selectbox[0].set_value("agency.name").run()
    app.text_input[0].set_value("Harbor City Police")
    app = press(app, "Keep")
    assert "Please say why" in words(app)
    assert Saved(own.records).settings().text("agency.name") == "Your agency"
    app.text_input[1].set_value("Our own name at last")
    app = press(app, "Keep")
    assert "agency\\.name was changed" in words(app) or "agency.name was changed" in words(app)
    assert Saved(own.records).settings().text("agency.name") == "Harbor City Police"
    app.text_input[1].set_value("Only a try, put back")
    press(app, "Back to the default")
    assert Saved(own.records).settings().text("agency.name") == "Your agency"
