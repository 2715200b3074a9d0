"""What is printed and handed out leads to the form: codes are read back by a reader that did not make them."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from dashboard.web import survey_sharing


def said_by(picture: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return str(found.text)


def test_a_code_holds_its_link_and_the_language_it_was_made_for(web, long):
    plain = web.get(f"/s/{long[0]}/qr.png")
    assert said_by(plain.content) == f"{web.base_url}/s/{long[0]}".replace("//s/", "/s/")
    spanish = web.get(f"/s/{long[0]}/qr.png?lang=es")
    assert said_by(spanish.content).endswith(f"/s/{long[0]}?lang=es")
    assert said_by(web.get(f"/s/{long[0]}/qr.png?lang=xx").content) == said_by(plain.content)
    assert "lang=es" in spanish.headers["content-disposition"] or "-es-" in spanish.headers["content-disposition"]


def test_a_code_holds_the_agencys_public_address_where_it_is_named(web, long, monkeypatch):
    monkeypatch.setattr(survey_sharing, "public_url", lambda: "https://survey.riverton.example")
    assert said_by(web.get(f"/s/{long[0]}/qr.png").content) == f"https://survey.riverton.example/s/{long[0]}"


@pytest.mark.parametrize("kind", ["sheet.pdf", "cards.pdf"])
@pytest.mark.parametrize("language", ["", "en", "es"])
def test_posters_and_cards_are_pdfs_in_each_language(web, long, kind, language):
    answer = web.get(f"/s/{long[0]}/{kind}", params={"lang": language} if language else {})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert b"/Lang" in answer.content
    assert (b"(es)" in answer.content) is (language == "es")


def test_an_unknown_link_has_no_code(web):
    for kind in survey_sharing.TYPES:
        assert web.get(f"/s/nothing/{kind}").status_code == 404
