"""The Surveys page as an author uses it."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from dashboard.services.house import House
from dashboard.services.surveys import authoring
from tests.ui.conftest import words


@pytest.fixture
def own(nothing, tmp_path):
    """An empty home of one's own."""
    shutil.copytree(nothing.home.path, tmp_path / "home")
    return House(tmp_path / "home")


def test_the_survey_that_is_worked_on_stays_when_it_opens_and_closes(own, open_page):
    first, second = (authoring.begin(own, "event", title, "Ada") for title in ("Fair", "Picnic"))
    app = open_page(own, "surveys", "analyst")
    app.selectbox(key="cg_survey").select(first.id).run()
    assert "Fair\\*\\* is a draft" in words(app) or "Fair** is a draft" in words(app)
    labels = app.selectbox(key="cg_survey").options
    wave = authoring.launch(own, first.id, "", "Ada", opens=dt.date(2026, 1, 5), closes=None, sampling="opt_in")
    app.run()
    assert "Fair** is open since" in words(app)
    authoring.close(own, wave.id, "Ada")
    app.run()
    assert "Fair** is closed" in words(app)
    assert sorted(app.selectbox(key="cg_survey").options) == sorted(labels), "a browser knows its choice by these words: they must not change"
    assert second.title in labels


def test_surveys_of_one_title_can_be_told_apart(own, open_page):
    names = {authoring.begin(own, "event", "Fair", "Ada").id for _ in range(2)}
    app = open_page(own, "surveys", "analyst")
    labels = app.selectbox(key="cg_survey").options
    assert len(set(labels)) == 2
    assert all(any(name[:4] in label for label in labels) for name in names)
