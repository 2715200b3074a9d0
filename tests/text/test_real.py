"""The rules over real texts that stand beside the project: nothing is altered that need not be, tone ranks, themes agree where people coded them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from dashboard.text import counts, language, quality, redact, sentiment, themes

pytestmark = pytest.mark.real
REAL = Path(__file__).parents[3] / "shared" / "data"
SANTA_MONICA = "surveys/santamonica_SurveyResponses_2014_open-ended-responses.csv"


def there(name: str) -> Path:
    if not (REAL / name).exists():
        pytest.skip(f"{name} is not beside the project")
    return REAL / name


@pytest.fixture(scope="module")
def answers() -> list[dict[str, str]]:
    with there(SANTA_MONICA).open(encoding="cp1252", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "least"), [("yelp_labelled", 0.90), ("amazon_cells_labelled", 0.92)])
def test_tone_on_general_sentences(name, least):
    lines = there(f"text/{name}.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = [(1 if label == "1" else -1, sentiment.tone(text)) for text, label in (line.rsplit("\t", 1) for line in lines)]
    assert len(pairs) == 1000
    assert quality.auc(pairs) >= least  # methods.md 11.2: .899 over both


def test_hardly_anything_is_altered_in_a_survey_about_a_city(answers):
    found = [redact.comment(row["Fullstring"]) for row in answers]
    assert len(found) == 1837
    assert sum(bool(one.marks) for one in found) / len(found) < 0.02
    for row, one in zip(answers, found, strict=True):
        if not one.marks:
            assert one.text == redact.plain(row["Fullstring"])


def test_the_language_of_nearly_all_is_told(answers):
    told = [language.of(row["Fullstring"], "en") for row in answers]
    assert told.count("en") / len(told) > 0.96


def test_homelessness_agrees_with_the_hand(answers):
    hand = ["Homeless" in [value.strip() for key, value in row.items() if key.startswith("Sub-category") and value] for row in answers]
    rules = ["homelessness" in themes.of(row["Fullstring"], "en") for row in answers]
    assert quality.kappa(hand, rules) > 0.75


def test_those_that_mention_police_or_crime_have_themes(answers):
    chosen = [row["Fullstring"] for row in answers if re.search(r"police|crime", row["Fullstring"], re.I)]
    assert len(chosen) == 41
    assert sum(bool(themes.of(text, "en")) for text in chosen) >= 38


def test_discovery_and_frequencies_over_real_texts(answers):
    texts = [row["Fullstring"] for row in answers]
    found = themes.discover(texts)
    assert len(found.themes) == 12
    assert found == themes.discover(texts)
    assert all(one.comments >= 5 for one in counts.frequencies(texts))


def test_themes_of_complaint_summaries_agree_with_the_class_of_the_department():
    with there("complaints/philly_ppd_complaints.csv").open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["summary"].strip()]
    hand = [row["general_cap_classification"].strip() == "PHYSICAL ABUSE" for row in rows]
    rules = ["force" in themes.of(row["summary"], "en") for row in rows]
    assert quality.kappa(hand, rules) > 0.4
