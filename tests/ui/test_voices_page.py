"""The Voices page and the review queue as people use them: what is hidden stays off the page, what was written is seen by its reviewer only."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.services.house import House
from dashboard.services.surveys import review, standing, voices, voices_tone, voices_words
from dashboard.ui import frame
from tests import talking
from tests.talking import PLAIN, RUDE, SPEEDING, WHO, many
from tests.ui.conftest import words

SPRING = dt.date(2024, 4, 1)
CANARY = "Officer Dana Hollis, 614-555-0177, must stop the speeding."


@pytest.fixture
def house(tmp_path, monkeypatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return talking.town(tmp_path)


def all_said(app) -> str:
    """Everything on the page: words, tables, pictures with their alternative texts, fields."""
    parts = [words(app), *(table.value.to_string() for table in app.table), *(str(box.options) for box in app.selectbox)]
    parts += [str(area.value) for area in app.text_area]
    parts += [str(one.proto) for one in app.get("plotly_chart")]
    return "\n".join(parts)


def release_everything(house: House) -> None:
    for one in standing.comments(house).waiting(most=10_000):
        review.judge(house, one.id, review.RELEASED, WHO)


LEAST = [(4, "command", False), (5, "command", True), (9, "", False), (10, "", True)]


@pytest.mark.parametrize(("count", "role", "shown"), LEAST)
def test_a_theme_appears_on_page_and_picture_from_its_least_count_on(house, open_page, count, role, shown):
    talking.wave(house, SPRING, [*many(PLAIN, 30), *many(RUDE, 12), *many(SPEEDING, count)])
    release_everything(house)
    app = open_page(house, "voices", role)
    lines = [line for table in app.table for line in table.value.to_string().splitlines() if "Traffic and speeding" in line]
    assert lines
    assert all(("not shown" in line) is not shown for line in lines)
    pictures = "".join(str(one.proto) for one in app.get("plotly_chart"))
    assert ("Traffic and speeding" in pictures) is shown
    assert ("speeding" in pictures.replace("and speeding", "")) is shown, "a word of the cloud"
    assert ("stop the speeding" in all_said(open_page(house, "voices", role, theme="Traffic and speeding"))) is shown


@pytest.mark.parametrize(("count", "role", "shown"), LEAST)
def test_and_in_the_file_to_take_away(house, monkeypatch, count, role, shown):
    talking.wave(house, SPRING, [*many(PLAIN, 30), *many(RUDE, 12), *many(SPEEDING, count)])
    monkeypatch.setattr(frame, "origin", lambda found: "origin")
    seen = House(house.home, visitor=_visitor(role))
    text = "".join(frame.as_csv(one) for one in (voices.over_time(seen), voices_tone.tone(seen), voices_words.cloud(seen)))
    row = next(line for line in text.splitlines() if line.startswith("Traffic and speeding"))
    assert ("not shown" in row.split(",")[1]) is not shown
    assert any(line.startswith("speeding,") for line in text.splitlines()) is shown


def _visitor(role):
    from dashboard.access.principal import ANYONE, Principal

    return Principal("p", "P", (role,)) if role else ANYONE


@pytest.mark.parametrize("role", ["", "council", "command", "hr", "supervisor", "admin"])
def test_what_was_written_is_on_no_page_of_those_who_do_not_review(house, open_page, role):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(CANARY, 20)])
    release_everything(house)
    for page in ("voices", "review", "surveys", "overview"):
        said = all_said(open_page(house, page, role))
        assert "0177" not in said
        assert "Hollis" not in said
    assert "[PHONE]" in all_said(open_page(house, "voices", role))


def test_the_reviewer_sees_the_original_beside_what_would_be_quoted(house, open_page):
    talking.wave(house, SPRING, many(CANARY, 12))
    app = open_page(house, "review", "analyst")
    assert any("0177" in text.value for text in app.text)
    (area,) = [one for one in app.text_area if "quoted" in one.label]
    assert "0177" not in area.value
    assert "Taken out: 1 name and 1 phone number" in words(app).replace("\\", "")
    assert "0177" not in all_said(open_page(house, "voices", "analyst"))


def test_without_the_key_the_reviewer_is_told_and_reads_the_redacted_text(house, open_page):
    talking.wave(house, SPRING, many(CANARY, 12))
    for file in house.home.comment_keys.iterdir():
        file.unlink()
    app = open_page(house, "review", "analyst")
    assert not app.exception
    assert "the key it was sealed under is not here" in words(app)
    assert not any("0177" in text.value for text in app.text)
    press(app, "Release")
    assert standing.comments(house).counts().released == 1
    summer = talking.wave(house, dt.date(2024, 7, 1), many(CANARY, 12), close=False)
    for file in house.home.comment_keys.iterdir():
        file.unlink()
    talking.shut(house, summer)
    told = [one.value for one in open_page(house, "review", "analyst").warning]
    assert any("12 comments wait sealed under a key that is not here" in one for one in told)


def seen_form(app):
    """The form of the comment under review."""
    return next(one for one in app.text_area if "quoted" in one.label).form_id


def press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def test_release_keep_back_later_and_undo(house, open_page):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    store = standing.comments(house)
    app = press(open_page(house, "review", "analyst"), "Release")
    assert store.counts().released == 1
    app = press(app, "Keep back")
    assert store.counts().kept_back == 1
    first = seen_form(app)
    app = press(app, "Later")
    assert store.counts().waiting == 38
    assert seen_form(app) != first
    app = press(app, "Undo the last decision")
    assert store.counts().kept_back == 0
    assert store.counts().waiting == 39
    assert "was taken back" in words(app)
    assert not app.exception


def test_a_mended_text_is_released_as_it_was_mended(house, open_page):
    wave = talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    app = open_page(house, "review", "analyst")
    next(one for one in app.text_area if "quoted" in one.label).set_value("Mended by hand.")
    press(app, "Release")
    assert [one.text for one in standing.comments(house).released([wave])] == ["Mended by hand."]


def test_a_sitting_ends_and_goes_on(house, open_page):
    talking.wave(house, SPRING, many(SPEEDING, 30))
    app = open_page(house, "review", "analyst")
    for _ in range(20):
        if not any(button.label == "Keep back" for button in app.button):
            break
        app = press(app, "Keep back")
    assert "are done in this sitting" in words(app)
    assert any(button.label == "Keep back" for button in press(app, "Go on").button)


def test_a_quotation_is_taken_back_from_the_page_by_a_reviewer_only(house, open_page):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    one = review.following(house, "traffic")
    review.judge(house, one.id, review.RELEASED, WHO)
    assert not [button for button in open_page(house, "voices", "command").button if button.label == "Take back"]
    app = open_page(house, "voices", "analyst")
    assert one.redacted in [text.value for text in app.text]
    app = press(app, "Take back")
    assert one.redacted not in [text.value for text in app.text]
    assert one.redacted not in all_said(open_page(house, "voices"))


def test_a_release_is_on_the_page_of_everyone_at_once(house, open_page):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    assert "No comment on this theme has been released yet" in words(open_page(house, "voices", ""))
    one = review.following(house, "traffic")
    review.judge(house, one.id, review.RELEASED, WHO)
    assert one.redacted in all_said(open_page(house, "voices", ""))


def test_the_search_finds_released_comments_and_says_when_there_is_none(riverton, open_page):
    app = open_page(riverton, "voices")
    app = app.text_input[0].set_value("speeding").run()
    assert "it" in words(app)
    assert any("speeding" in text.value.lower() for text in app.text)
    app = app.text_input[0].set_value("*zebra*").run()
    assert "No released comment contains '*zebra*'." in words(app).replace("\\", "")
    assert not app.exception


def test_words_of_residents_are_text_and_never_markup(house, open_page):
    talking.wave(
        house, SPRING, [*many(PLAIN, 20), *many("Stop the speeding ![x](http://evil/pixel.png) <script>alert(1)</script> :red[now] **please**", 20)]
    )
    release_everything(house)
    app = open_page(house, "voices")
    assert any("<script>" in text.value for text in app.text)
    spoken = [str(one.value) for kind in (app.markdown, app.caption, app.title, app.header) for one in kind]
    assert not any("evil" in one or "<script>" in one for one in spoken)


def test_choices_are_in_the_address_and_unknown_ones_are_dropped(riverton, open_page):
    said = words(open_page(riverton, "voices", "", theme="Fairness and profiling")).replace("\\", "")
    assert "Fairness and profiling is raised in" in said
    other = open_page(riverton, "voices", "", theme="nonsense", apart="<x>")
    assert not other.exception
    assert "nonsense" not in words(other)


def test_the_cloud_stands_beside_the_themes_with_its_words_as_a_table(riverton, open_page):
    app = open_page(riverton, "voices")
    assert any(list(table.value.columns) == ["Word", "Comments"] for table in app.table)
    pictures = [str(one.proto) for one in app.get("plotly_chart")]
    assert any("Comments that hold each word" in one for one in pictures)
    assert any("Themes in 2025" in one for one in pictures)


def test_the_methods_page_prints_the_measured_quality(riverton, open_page):
    said = words(open_page(riverton, "methods")).replace("\\", "")
    assert "sentences labelled by hand, redaction finds" in said
    assert "written by the author of the rules" in said


def test_groups_of_words_are_looked_for_on_demand(riverton, house, open_page):
    talking.wave(house, SPRING, many(SPEEDING, 20))
    assert "300 are needed" in words(press(open_page(house, "review", "analyst"), "Look"))
    app = press(open_page(riverton, "review", "analyst"), "Look")
    assert not app.exception
    (table,) = [one.value for one in app.table if list(one.value.columns) == ["Words", "Comments"]]
    assert len(table) >= 6
    assert "555" not in table.to_string()
