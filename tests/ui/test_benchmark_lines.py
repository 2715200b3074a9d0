"""Benchmark lines on the Surveys page, as an editor draws and removes them."""

from dashboard.services.house import House
from dashboard.services.surveys import bringing, trackers
from tests.ui.conftest import words

ROWS = "Date;Area;Measure;Proportion\n31/03/2025;North;Trust;0,61\n31/12/2025;North;Trust;0,63\n31/12/2025;South;Trust;0,58\n"


def button(app, label):
    return next(one for one in app.button if one.label == label)


def test_a_line_is_drawn_and_removed(tmp_path, monkeypatch, open_page):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    house = House(tmp_path / "home")
    app = open_page(house, "surveys", "analyst", part="Benchmark lines")
    assert "No published figures are stored" in words(app)
    (tmp_path / "force.csv").write_text(ROWS, encoding="utf-8")
    (found,) = bringing.look(house, tmp_path / "force.csv")
    trackers.store(house, found.tracker, "Other <b>force</b>", "Ada")
    app = open_page(house, "surveys", "analyst", part="Benchmark lines")
    button(app, "Save this line").click().run()
    assert not app.exception
    (line,) = trackers.lines(house)
    assert (line.measure, line.asked, line.same_wording, line.unit) == ("C1", "Trust", False, trackers.SHARE)
    assert "another question" in app.table[0].value.to_string()
    next(one for one in app.selectbox if one.label == "Remove a line").select(line.id).run()
    button(app, "Remove it").click().run()
    assert not app.exception
    assert trackers.lines(house) == []


def test_a_files_name_is_no_publisher(tmp_path, monkeypatch, open_page):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    house = House(tmp_path / "home")
    (tmp_path / "force.csv").write_text(ROWS, encoding="utf-8")
    (found,) = bringing.look(house, tmp_path / "force.csv")
    trackers.store(house, found.tracker, "force.csv", "Ada")
    app = open_page(house, "surveys", "analyst", part="Benchmark lines")
    button(app, "Save this line").click().run()
    assert "Say who published these figures" in words(app)
    assert trackers.lines(house) == []
    next(one for one in app.text_input if one.label == "Published by").input("Office for Policing, 2025")
    button(app, "Save this line").click().run()
    assert [one.published_by for one in trackers.lines(house)] == ["Office for Policing, 2025"]
