"""Surveys as they are written: lineage, gaps in translation, mistakes that keep a survey from being launched."""

from __future__ import annotations

import pytest

from dashboard.errors import ScopeError
from dashboard.schema import bank, editing, lineage
from dashboard.schema.questions import Condition, Definition, Option, Question, Section

YES_NO = (Option(code="yes", label={"en": "Yes"}), Option(code="no", label={"en": "No"}))


def survey(*questions: Question, languages: tuple[str, ...] = ("en",)) -> Definition:
    return Definition(title={"en": "T"}, purpose={"en": "P"}, languages=languages, sections=(Section(questions=questions),))


def ask(name: str, text: str = "Well?", **more: object) -> Question:
    return Question(id=name, kind="single", concept="c", wording={"en": text}, options=YES_NO, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(bank.templates()))
def test_every_template_can_be_launched_in_english_and_spanish(name: str) -> None:
    made = bank.template(name, ("North", "South"))
    assert made.mistakes() == []
    assert made.languages == ("en", "es")
    assert Definition.model_validate(made.as_json()) == made


def test_without_districts_the_area_question_is_left_out() -> None:
    assert bank.template("community").question("C19") is None
    assert [option.code for option in bank.template("community", ("North",)).question("C19").options] == ["North"]


def test_an_unknown_template_is_refused_with_the_names() -> None:
    with pytest.raises(ScopeError, match="community"):
        bank.template("nothing")


def test_every_question_names_its_concept_source_and_licence() -> None:
    for one in bank.questions().values():
        assert one.concept
        assert one.source
        assert one.licence
        assert one.wording_hash("en")
        assert one.wording_hash("es")


def test_blanks_and_composed_letters_do_not_change_a_wording_but_a_word_does() -> None:
    one = ask("Q", "How  is\nthe caf\u00e9?")
    assert one.wording_hash("en") == ask("Q", "How is the cafe\u0301?").wording_hash("en")
    assert one.wording_hash("en") != ask("Q", "How is the old caf\u00e9?").wording_hash("en")
    assert one.wording_hash("es") == ""


def test_an_offered_dont_know_is_another_scale() -> None:
    assert ask("Q").scale_hash() != ask("Q", dont_know=True).scale_hash()


def test_a_changed_scale_breaks_the_line_whatever_the_editor_says() -> None:
    after = ask("Q", dont_know=True, comparable="we think so")
    assert lineage.same_line(ask("Q"), after).kind == "scale"


def test_a_changed_wording_breaks_the_line_unless_an_editor_says_why_not() -> None:
    assert lineage.same_line(ask("Q"), ask("Q", "Really?")).kind == "wording"
    assert lineage.same_line(ask("Q"), ask("Q", "Really?", comparable="A pilot found no difference.")) is None
    assert lineage.same_line(ask("Q"), ask("Q")) is None


def test_a_question_of_only_one_wave_breaks_the_line() -> None:
    assert [one.question for one in lineage.breaks(survey(ask("A"), ask("B")), survey(ask("A")), ("A", "B"))] == ["B"]


def test_a_launched_question_reworded_in_place_is_named() -> None:
    before = survey(ask("A"), ask("B"))
    assert lineage.reworded(before, survey(ask("A", "Else?"), ask("B"))) == ["A"]
    assert lineage.reworded(before, survey(ask("A", "Else?", version=2), ask("B"))) == []


def test_missing_translations_are_named_before_launch() -> None:
    assert any("es: A: the question" in one for one in survey(ask("A"), languages=("en", "es")).untranslated())
    assert survey(ask("A")).untranslated() == []


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Definition(title={"en": "T"}, purpose={"en": "P"}), "no question"),
        (survey(ask("A"), ask("A")), "stored as 'A'"),
        (survey(Question(id="A", kind="single", concept="c", wording={"en": "Q"})), "two answers"),
        (survey(ask("A", show_if=Condition(question="B", any_of=("yes",))), ask("B")), "not asked before"),
        (survey(ask("A"), ask("B", show_if=Condition(question="A", any_of=("maybe",)))), "does not offer"),
        (survey(Question(id="A", kind="number", concept="c", wording={"en": "Q"}, low=5, high=1)), "no number"),
    ],
)
def test_mistakes_are_said(made: Definition, said: str) -> None:
    assert any(said in one for one in made.mistakes())


def test_words_can_be_written_beside_one_answer_of_a_choice() -> None:
    beside = tuple(one.model_copy(update={"specify": True}) for one in YES_NO)
    assert any("can be one answer" in said for said in survey(ask("A").model_copy(update={"options": beside})).mistakes())
    one = ask("A").model_copy(update={"options": (YES_NO[0], beside[1])})
    assert survey(one).mistakes() == []
    assert one.scale_hash() == ask("A").scale_hash(), "the answers to choose from are the same, so the line goes on"
    assert any("stored as 'A_other'" in said for said in survey(one, ask("A_other")).mistakes())


def test_questions_of_others_carry_their_owner_and_a_copy_does_not_lose_it() -> None:
    owned = {name: one for name, one in bank.questions().items() if one.credit}
    assert set(owned) == {"CV1", "CV4"}
    for one in owned.values():
        assert "CC0" not in one.licence
        assert one.source.startswith("Adapted from"), "the wording was not compared whole with the publication"
        assert "adapted from" in one.credit.lower()
        copy = editing.copied(one, ())
        assert (copy.credit, copy.licence) == (one.credit, one.licence)
        assert one.source in copy.source
    asked = {one.id for name in bank.templates() for one in bank.template(name, ("North",)).questions()}
    assert not asked & {"CV1", "CV4", "PV1_1", "PV1_3", "PV1_4", "PV1_5"}, "optional: an author chooses them"
