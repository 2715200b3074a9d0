"""Does a process of its own give the same answers, and does it end what would hurt?"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from dashboard.errors import SourceError
from data_sources.isolated import Limits
from data_sources.surveys import recognise
from data_sources.surveys.apart import read_apart
from data_sources.surveys.base import Asked, SurveyExport

FIXTURES = Path(__file__).parents[2] / "fixtures" / "surveys"


@pytest.mark.parametrize("name", ["surveymonkey/expanded.csv", "tracker/boroughs.csv"])
def test_the_same_as_read_here(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (apart,), (here,) = read_apart(FIXTURES / name), recognise.read(FIXTURES / name)
    if isinstance(apart, SurveyExport) and isinstance(here, SurveyExport):
        assert apart.answers.equals(here.answers)
        assert (apart.columns, apart.receipt.as_json(), apart.notes) == (here.columns, here.receipt.as_json(), here.notes)
    else:
        assert apart == here
    assert not list(tmp_path.iterdir())


def test_what_was_asked_goes_along() -> None:
    (found,) = read_apart(FIXTURES / "google_forms/unclear_dates.csv", Asked(order="dmy"), "generic")
    assert isinstance(found, SurveyExport)
    assert (found.tool, found.answers["_week"].to_pylist()) == ("generic", ["2026-09-07", "2026-03-02"])


def test_refusals_and_limits_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("<html>", encoding="utf-8")
    with pytest.raises(SourceError, match="web page"):
        read_apart(path)
    with pytest.raises(SourceError, match=r"stopped|memory"):
        read_apart(FIXTURES / "tracker/boroughs.csv", limits=Limits(seconds=0.01))
