"""The public form over a real server: works without a script, keeps what was typed, stores once, says so only after the commit."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import httpx
from sqlalchemy import select

from dashboard.schema import bank
from dashboard.schema.questions import Condition, Row
from dashboard.services import forms
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.survey_tables import FollowUpRow, PendingRow
from dashboard.store.surveys import Surveys
from dashboard.web import flood
from tests.web.conftest import origin, sign_in
from tests.web.surveying import DAY, ask, begin, key_of, made_of, open_survey, post, stored


def test_the_first_page_says_who_asks_and_what_is_kept_and_is_small(web, long):
    answer = web.get(f"/s/{long[0]}")
    assert answer.status_code == 200
    for said in ("Who asks", "Riverton Police Department", "What is kept", "What is not kept", "Page 1 of 6"):
        assert said in answer.text
    assert "<script" not in answer.text
    assert len(answer.content) < 50_000
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_the_language_follows_the_browser_and_can_be_changed_without_losing_words(web, short):
    spanish = web.get(f"/s/{short[0]}", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert 'lang="es"' in spanish.text
    assert "Qué se guarda" in spanish.text
    english = post(web, short[0], key_of(spanish.text), P1="4", lang="es", action="lang-en")
    assert "What is kept" in english.text
    assert re.search(r'name="P1" value="4" checked', english.text)


def test_one_page_is_stored_once_and_replays_show_the_same_receipt(web, short, served):
    key = key_of(web.get(f"/s/{short[0]}").text)
    answers = [post(web, short[0], key, P1="4", P4="5") for _ in range(10)]
    receipts = {re.search(r"Receipt (\w{8})", one.text)[1] for one in answers}
    assert {one.status_code for one in answers} == {200}
    assert len(receipts) == 1
    (kept,) = stored(served, short[1])
    assert kept["answers"] == {"P1": 4, "P4": 5}
    assert kept["channel"] == "poster"
    assert dt.date.fromisoformat(kept["week"]).weekday() == 0
    assert set(kept) == {"channel", "language", "week", "flags", "answers", "comments"}


def test_other_answers_under_the_same_key_are_refused(web, short, served):
    key = key_of(web.get(f"/s/{short[0]}").text)
    post(web, short[0], key, P1="4")
    again = post(web, short[0], key, P1="1")
    assert again.status_code == 409
    assert len(stored(served, short[1])) == 1


def test_a_tampered_choice_gets_the_form_again_with_everything_typed(web, long, served):
    key = key_of(web.get(f"/s/{long[0]}").text)
    answer = post(web, long[0], key, C1="9", C2="4")
    assert answer.status_code == 422
    assert "not among the choices" in answer.text
    assert re.search(r'name="C2" value="4" checked', answer.text)
    assert WaveCounts(served.records).left(long[1].id) == {}


def walk(web: httpx.Client, code: str, **last: object) -> httpx.Response:
    key = key_of(web.get(f"/s/{code}").text)
    pages = ({"C1": "5", "C2": "dont_know"}, {}, {"C16": ["drugs", "noise"]}, {}, {"C18": "Mehr <b>Zeit</b>"})
    for page, fields in enumerate(pages, 1):
        answer = post(web, code, key, page=str(page), **fields)
        assert answer.status_code == 303, answer.text
        assert f"/s/{code}/{key}?page={page + 1}" in answer.headers["location"]
    return post(web, code, key, page="6", **last)


def test_pages_are_kept_in_between_and_parted_at_the_end(web, long, served):
    answer = walk(web, long[0], C19="Harbor", C21=["white", "asian"])
    assert answer.status_code == 200
    (kept,) = stored(served, long[1])
    assert kept["answers"] == {"C1": 5, "C2": "dont_know", "C16": ["drugs", "noise"], "C19": "Harbor", "C21": ["white", "asian"]}
    assert kept["comments"] == {"C18": "Mehr <b>Zeit</b>"}


def test_the_private_link_goes_on_where_the_device_stopped_and_then_shows_the_receipt(web, long):
    key = key_of(web.get(f"/s/{long[0]}").text)
    post(web, long[0], key, C1="5")
    post(web, long[0], key, page="2", C9="4")
    here = web.get(f"/s/{long[0]}/{key}")
    assert "Page 3 of 6" in here.text
    back = post(web, long[0], key, page="3", C11="2", action="back")
    assert re.search(r'name="C9" value="4" checked', web.get(back.headers["location"]).text)
    assert re.search(r'name="C11" value="2" checked', web.get(f"/s/{long[0]}/{key}?page=3").text)
    post(web, long[0], key, page="3", C11="3")
    post(web, long[0], key, page="6")
    assert "your answers are stored" in web.get(f"/s/{long[0]}/{key}").text
    assert web.get(f"/s/{long[0]}/made-up").status_code == 404


def test_too_long_is_said_and_nothing_is_lost(web, long):
    key = key_of(web.get(f"/s/{long[0]}").text)
    answer = post(web, long[0], key, page="5", C18="x" * 4001)
    assert answer.status_code == 422
    assert "up to 4000 characters" in answer.text
    assert "x" * 4001 in answer.text


def test_words_of_respondents_are_never_markup(web, long):
    key = key_of(web.get(f"/s/{long[0]}").text)
    answer = post(web, long[0], key, page="5", C18="</textarea><script>alert(1)</script>" + "x" * 4000)
    assert "<script>alert" not in answer.text


def test_a_closed_survey_and_an_unknown_link_say_so(web, short, served):
    key = key_of(web.get(f"/s/{short[0]}").text)
    Surveys(served.records).close(short[1].id, "Ada", DAY)
    assert post(web, short[0], key, P1="4").status_code == 410
    forms._found.cache_clear()
    closed = web.get(f"/s/{short[0]}")
    assert closed.status_code == 410
    assert "closed" in closed.text
    assert web.get("/s/nothing").status_code == 404
    assert stored(served, short[1]) == []


def test_a_form_from_another_site_or_with_a_made_up_key_is_not_taken_but_given_back(web, short, served):
    key = key_of(web.get(f"/s/{short[0]}").text)
    data = {"key": key, "page": "1", "P1": "4", "action": "next"}
    foreign = web.post(f"/s/{short[0]}", data=data, headers={"Origin": "https://elsewhere.example"})
    made_up = web.post(f"/s/{short[0]}", data={**data, "key": "A" * 34}, headers=origin(web))
    for answer in (foreign, made_up):
        assert answer.status_code == 403
        assert re.search(r'name="P1" value="4" checked', answer.text)
    assert stored(served, short[1]) == []
    old_phone = web.post(f"/s/{short[0]}", data=data)
    assert old_phone.status_code == 200


def test_doubtful_forms_are_stored_and_marked(web, short, served):
    for number in range(32):
        key = key_of(web.get(f"/s/{short[0]}").text)
        post(web, short[0], key, P1="4", P2="4", P3="4", **({"website": "x"} if number == 0 else {}))
    with served.records.read() as session:
        from dashboard.store.survey_tables import ResponseRow

        rows = [row.payload["flags"] for row in session.scalars(select(PendingRow).where(PendingRow.wave_id == short[1].id))]
        rows += [row.flags for row in session.scalars(select(ResponseRow).where(ResponseRow.wave_id == short[1].id))]
    assert len(rows) == 32
    assert sum("trap" in one for one in rows) == 1
    assert sum("burst" in one for one in rows) == 3
    assert all("fast" in one for one in rows)


def test_floods_from_one_network_wait_and_keep_their_words(web, short, served, monkeypatch):
    monkeypatch.setattr(flood, "FORMS", flood.Flood(most=60, seconds=60.0))
    for _ in range(60):
        flood.FORMS.count("127.0.0.1", 60)
    answer = post(web, short[0], key_of(web.get(f"/s/{short[0]}").text), P1="4")
    assert answer.status_code == 429
    assert re.search(r'name="P1" value="4" checked', answer.text)


def test_who_wants_a_call_leaves_a_number_and_it_is_kept_apart(web, served):
    code, wave = open_survey(served, bank.template("post_contact"))
    key = key_of(web.get(f"/s/{code}").text)
    post(web, code, key, P1="1")
    post(web, code, key, page="2", P10="no")
    missing = post(web, code, key, page="3", P12="yes", follow_name="Jo")
    assert missing.status_code == 422
    assert missing.text.count("We need a phone number") == 2
    done = post(web, code, key, page="3", P12="yes", follow_name="Jo", follow_phone="555-0100")
    assert done.status_code == 200
    (kept,) = stored(served, wave)
    assert "555-0100" not in str(kept)
    with served.records.read() as session:
        assert session.scalars(select(FollowUpRow.phone).where(FollowUpRow.survey_id == wave.survey_id)).all() == ["555-0100"]


def test_an_invitation_works_once(web, served):
    code, wave = open_survey(served, bank.template("post_contact_short").model_copy(update={"invited_only": True}))
    assert web.get(f"/s/{code}").status_code == 403
    token = Surveys(served.records).invite(wave.survey_id, 1)[0]
    pages = [web.get(f"/s/{code}?t={token}") for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        sent = list(pool.map(lambda page: post(web, code, key_of(page.text), P1="4", t=token).status_code, pages))
    assert sorted(sent) == [200, *[409] * 11]
    assert web.get(f"/s/{code}?t={token}").status_code == 403


def test_one_answer_a_device_is_a_mark_in_the_browser_only(web, served):
    code, _ = open_survey(served, bank.template("post_contact_short").model_copy(update={"once_per_device": True}))
    post(web, code, key_of(web.get(f"/s/{code}").text), P1="4")
    assert "already answered" in web.get(f"/s/{code}").text
    web.cookies.clear()
    assert "already answered" not in web.get(f"/s/{code}").text


def test_a_question_behind_an_answer_has_a_page_of_its_own_and_is_skipped_otherwise(web, served):
    more = ask("B", "number", low=1, high=9, show_if=Condition(question="A", any_of=("yes",)))
    code, wave = open_survey(served, made_of(ask("A", required=True), more))
    key = begin(web, code)
    assert "This answer is needed" in post(web, code, key).text
    end = web.get(post(web, code, key, A="no").headers["location"])
    assert "not sent yet" in end.text
    assert "Send my answers" in end.text
    assert post(web, code, key, page="3").status_code == 200
    key = begin(web, code)
    assert post(web, code, key, A="yes").status_code == 303
    assert "from 1 to 9" in post(web, code, key, page="2", B="12").text
    assert post(web, code, key, page="2", B="3").status_code == 200
    assert sorted((one["answers"] for one in stored(served, wave)), key=str) == [{"A": "no"}, {"A": "yes", "B": 3}]


def test_who_goes_back_and_answers_otherwise_sends_only_what_is_still_asked(web, served):
    behind_b = ask("C", show_if=Condition(question="B", any_of=("yes",)))
    code, wave = open_survey(served, made_of(ask("A"), ask("B", show_if=Condition(question="A", any_of=("yes",))), behind_b))
    key = begin(web, code)
    post(web, code, key, A="yes")
    post(web, code, key, page="2", B="yes")
    post(web, code, key, page="3", C="no", action="back")
    post(web, code, key, A="no")
    assert post(web, code, key, page="4").status_code == 200
    assert [one["answers"] for one in stored(served, wave)] == [{"A": "no"}]


def test_a_question_may_depend_on_a_number_a_rating_or_a_row_of_a_grid(web, served):
    rows = (Row(id="G_a", label={"en": "A"}), Row(id="G_b", label={"en": "B"}))
    low = ask("W", "text", show_if=Condition(question="T", any_of=("0", "1", "2")))
    bad = ask("V", "text", show_if=Condition(question="G_b", any_of=("no",)))
    made = made_of(ask("T", "ten"), ask("G", "grid", rows=rows), low, bad)
    assert made.mistakes() == []
    code, wave = open_survey(served, made)
    key = begin(web, code)
    assert "Question W" in web.get(post(web, code, key, T="1", G_b="no").headers["location"]).text
    key = begin(web, code)
    assert "not sent yet" in web.get(post(web, code, key, T="9", G_b="yes").headers["location"]).text
    assert stored(served, wave) == []


def test_codes_to_print_hold_the_link(web, short):
    for kind, begins in (("qr.svg", b"<?xml"), ("qr.png", b"\x89PNG"), ("sheet.pdf", b"%PDF")):
        answer = web.get(f"/s/{short[0]}/{kind}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
        assert web.get(f"/s/nothing/{kind}").status_code == 404


def test_drafts_are_for_authors(web, served):
    survey = Surveys(served.records).new(bank.template("community"), "Draft", "Ada")
    assert web.get(f"/s/preview/{survey.id}").status_code == 403
    sign_in(web, served, "analyst")
    page = web.get(f"/s/preview/{survey.id}")
    assert "nothing you send is stored" in page.text
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    fields = {"key": key_of(page.text), "page": "1", "lang": "en", "action": "next", "C1": "3", "carried": "{}"}
    following = web.post(f"/s/preview/{survey.id}", data=fields, headers=origin(web))
    assert "Page 2 of" in following.text
    assert WaveCounts(served.records).left("") == {}


def test_the_owner_of_a_question_is_acknowledged_on_its_page(web, served):
    code, _ = open_survey(served, made_of(bank.questions()["CV4"], bank.questions()["C1"]))
    page = web.get(f"/s/{code}", params={"lang": "en"}).text
    assert page.count("Adapted from Statistics Canada, General Social Survey - Canadians&#39; Safety, 2019.") == 1
    code, _ = open_survey(served, made_of(bank.questions()["C1"]))
    assert "Statistics Canada" not in web.get(f"/s/{code}").text
