"""Census margins on the Surveys page, as people use them."""

import shutil

import pytest

from dashboard.services.house import House
from dashboard.services.surveys import reading
from dashboard.store import margins as store
from tests.ui.conftest import words


@pytest.fixture
def house(riverton, tmp_path) -> House:
    """The sample agency in a folder that may be written to."""
    shutil.copytree(riverton.home.path, tmp_path / "home")
    return House(tmp_path / "home")


def button(app, label):
    return next(one for one in app.button if one.label == label)


def test_margins_of_the_population_table_are_looked_at_kept_and_removed(house, open_page):
    app = open_page(house, "surveys", "analyst", part="Census margins")
    assert not app.exception
    assert "Riverton sample census 2022" in words(app)
    button(app, "Look at these margins").click().run()
    assert "These margins would be used" in words(app)
    assert store.kept(house.home).source == "Riverton sample census 2022", "a preview keeps nothing"
    app.text_input(key="cg_census_source").set_value("Town census 2024").run()
    assert button(app, "Keep these margins").disabled, "numbers that people have seen change only when that was said"
    app.checkbox(key="cg_census_kept").check().run()
    button(app, "Keep these margins").click().run()
    assert not app.exception
    assert "weighted anew" in words(app)
    assert reading.results(house, "community").latest["weighting"]["source"] == "Town census 2024"
    app.checkbox(key="cg_census_removed").check().run()
    button(app, "Remove them").click().run()
    assert store.kept(house.home) is None


def test_an_empty_home_says_what_is_needed(homes, open_page):
    app = open_page(homes["empty"], "surveys", "analyst", part="Census margins")
    assert "No margins are known" in words(app)
    button(app, "Look at these margins").click().run()
    assert "population table" in words(app)
