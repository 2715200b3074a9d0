"""A shared tablet: it starts again by itself, and nothing of the person before is left on it. The private link of everybody else."""

from __future__ import annotations

import re

import pytest

from dashboard.schema import bank
from dashboard.store.survey_counts import WaveCounts
from tests.web.surveying import begin, key_of, open_survey, post, stored


@pytest.fixture
def kiosk(web, served):
    return open_survey(served, bank.template("community", ("Harbor",)), kind="kiosk")


def test_a_kiosk_asks_after_a_while_and_starts_again(web, kiosk):
    page = web.get(f"/s/{kiosk[0]}")
    assert "Are you still there?" in page.text
    assert 'id="restart"' in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert "private link" not in page.text
    assert len(page.content) < 50_000


def test_only_a_kiosks_own_link_is_a_kiosk(web, long):
    assert "<script" not in web.get(f"/s/{long[0]}?kiosk=1").text


def test_a_kiosk_forgets_who_left_it_half_way(web, served, kiosk):
    key = begin(web, kiosk[0])
    post(web, kiosk[0], key, C1="2")
    assert re.search(r'name="C1" value="2" checked', web.get(f"/s/{kiosk[0]}/{key}?page=1").text)
    again = post(web, kiosk[0], key, action="restart")
    assert (again.status_code, again.headers["location"]) == (303, f"/s/{kiosk[0]}")
    back = web.get(f"/s/{kiosk[0]}/{key}?page=1")
    assert back.status_code == 404
    assert 'value="2" checked' not in back.text
    assert WaveCounts(served.records).left(kiosk[1].id) == {}


def test_a_kiosk_shows_its_receipt_for_a_moment(web, served):
    code, wave = open_survey(served, bank.template("post_contact_short"), kind="kiosk")
    done = post(web, code, begin(web, code), P1="4")
    assert f'content="8;url=/s/{code}"' in done.text
    assert len(stored(served, wave)) == 1


def test_one_answer_a_device_does_not_close_a_kiosk_for_the_next(web, served):
    made = bank.template("post_contact_short").model_copy(update={"once_per_device": True})
    code, wave = open_survey(served, made, kind="kiosk")
    for _ in range(3):
        assert post(web, code, begin(web, code), P1="4").status_code == 200
    assert len(stored(served, wave)) == 3
    assert not web.cookies


def test_who_shares_a_device_can_have_a_half_filled_form_forgotten(web, long):
    key = begin(web, long[0])
    page = web.get(post(web, long[0], key, C1="2").headers["location"])
    assert "Forget my answers and start again" in page.text
    assert f'href="/s/{long[0]}/{key}"' in page.text
    again = post(web, long[0], key, page="2", action="restart")
    assert again.headers["location"].startswith(f"/s/{long[0]}?")
    assert web.get(f"/s/{long[0]}/{key}").status_code == 404


def test_the_private_link_of_who_was_invited_still_lets_in(web, served):
    from dashboard.store.surveys import Surveys

    code, wave = open_survey(served, bank.template("community", ("Harbor",)).model_copy(update={"invited_only": True}))
    token = Surveys(served.records).invite(wave.survey_id, 1)[0]
    key = begin(web, code, t=token)
    page = web.get(post(web, code, key, C1="2", t=token).headers["location"])
    link = re.search(r'href="(/s/[^"]+)"', page.text)[1].replace("&amp;", "&")
    assert f"t={token}" in link
    assert f'name="t" value="{token}"' in web.get(link).text
    assert key_of(web.get(link).text) == key
