"""The language of a comment: told where there is enough to tell it by, left open where there is not."""

import numpy as np
import pytest

from dashboard.text import language
from dashboard.text.labelled import comments
from data_sources.sample import remarks

OTHERS = {
    "fr": "La police est toujours arrivée trop tard dans notre quartier et personne ne répond.",
    "pt": "A polícia demora muito para chegar e ninguém atende o telefone no nosso bairro.",
    "it": "La polizia arriva sempre in ritardo e nessuno risponde al telefono nel quartiere.",
    "de": "Die Polizei kommt immer zu spät und niemand geht ans Telefon.",
    "vi": "Cảnh sát đến rất chậm và không ai trả lời điện thoại.",
    "zh": "警察来得太慢，打电话也没有人接。",
    "ar": "الشرطة تصل متأخرة دائما ولا أحد يجيب على الهاتف",
    "ru": "Полиция всегда приезжает слишком поздно, и никто не отвечает на звонки.",
    "ht": "Lapolis toujou anreta epi pèsonn pa reponn telefòn nan katye nou an.",
    "tl": "Laging huli dumating ang mga pulis at walang sumasagot sa telepono namin.",
}


@pytest.mark.parametrize(("code", "text"), OTHERS.items())
def test_other_languages_are_not_taken_for_english_or_spanish(code, text):
    assert language.of(text) == code


@pytest.mark.parametrize("text", ["", "   ", "ok", "??", "12345", "[NAME] [PHONE]", "👍👍👍"])
def test_too_short_to_tell(text):
    assert language.of(text) == ""
    assert language.of(text, "es") == ""


def test_the_hint_decides_what_is_open_and_nothing_else():
    assert language.of("Nobody answers the phone when we call.", "es") == "en"
    assert language.of("Nadie contesta el teléfono cuando llamamos.", "en") == "es"
    assert language.of("nada", "es") == "es"


def test_marks_of_redaction_do_not_count():
    text = "[NAME] fue muy amable y [NAME] también."
    assert language.of(text) == "es"


def test_shouted_and_curly():
    assert language.of("THEY NEVER COME WHEN YOU CALL") == "en"
    assert language.of("They don’t come when you call") == "en"


def test_the_labelled_comments():
    longer = [one for one in comments() if len(one.text.split()) >= 4 and not one.part.startswith("hostile")]
    right = sum(language.of(one.text) == one.language for one in longer)
    assert len(longer) > 200
    assert right / len(longer) >= 0.98


def test_the_sample_agency():
    rng = np.random.default_rng(3)
    made = [(n % 3 == 0, remarks.community(rng, 4, spanish=n % 3 == 0, after_event=False, trust=60)) for n in range(1500)]
    right = sum(language.of(text) == ("es" if spanish else "en") for spanish, text in made)
    wrong = sum(language.of(text) == ("en" if spanish else "es") for spanish, text in made)
    assert right / len(made) >= 0.98
    assert wrong == 0
