"""Every text of a survey can be found and translated, and nothing else changes."""

from __future__ import annotations

import re

import pytest

from dashboard.schema import bank, phrases, translating
from dashboard.schema.questions import Definition

NAMES = list(bank.templates())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_whole_in_what_is_shipped_and_can_be_put_into_any_language(name: str) -> None:
    made = bank.template(name, ("North", "South"))
    assert translating.missing(made, "es") == []
    made = made.model_copy(update={"languages": ("en", "es", "vi")})
    gaps = translating.missing(made, "vi")
    assert {one.path for one in gaps} == {one.path for one in translating.pieces(made, "vi")}
    assert len(made.untranslated()) > 10
    done = translating.translated(made, "vi", {one.path: f"vi {one.words['en']}" for one in gaps})
    assert done.mistakes() == []
    assert translating.missing(done, "vi") == []
    for one in translating.pieces(done, "vi"):
        assert one.words["vi"] == f"vi {one.words['en']}"
    without = translating.translated(done, "vi", {one.path: "" for one in translating.pieces(done, "vi")})
    assert without == made


def test_every_text_that_a_respondent_reads_is_among_the_pieces() -> None:
    made = bank.template("community", ("North",))
    there = {tuple(sorted(one.words.items())) for one in translating.pieces(made, "es")}
    assert {tuple(sorted(words.items())) for _, words in made.texts()} <= there


def test_a_translation_of_the_forms_own_words_needs_their_placeholders() -> None:
    for bad in ("", "trang", "trang {page}", "trang {page} {pages} {more}", "trang {page} {pages} {", "{page} {0}", "{page!r} {pages}"):
        assert "progress" in phrases.gaps("vi", {"progress": {"vi": bad}}), bad
        assert phrases.spoken("vi", {"progress": {"vi": bad}})["progress"] == "Page {page} of {pages}"
    assert "progress" not in phrases.gaps("vi", {"progress": {"vi": "Trang {page} trên {pages}"}})


def test_shipped_languages_say_the_same_things() -> None:
    english = phrases.phrases("en")
    for language in phrases.SHIPPED:
        found = phrases.phrases(language)
        assert set(found) == set(english)
        assert all(text.strip() for text in found.values())
        for name, text in found.items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[name])), name


def test_the_language_of_a_browser() -> None:
    assert phrases.preferred("es-MX,es;q=0.9,en;q=0.5", ("en", "es")) == "es"
    assert phrases.preferred("fr, en;q=0", ("en", "es")) == "en"
    assert phrases.preferred("", ("es", "en")) == "es"
    assert phrases.preferred("en;q=x, es;q=0.2", ("en", "es")) == "es"


def test_a_survey_is_not_opened_before_the_forms_own_words_are_there() -> None:
    made = Definition(title={"vi": "T"}, purpose={"vi": "P"}, languages=("vi",), sections=bank.template("event").sections)
    assert any("form's own words" in one for one in made.mistakes())
