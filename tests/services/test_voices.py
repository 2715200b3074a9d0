"""Comments from what was written to what is shown: read, counted, protected, frozen, quoted; and the planted truths of the sample agency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData, ScopeError
from dashboard.schema.answer import Answer
from dashboard.schema.as_json import plain
from dashboard.schema.questions import Definition, Option, Question, Section
from dashboard.services.house import House
from dashboard.services.surveys import (
    asked,
    closing,
    comments,
    review,
    roster,
    standing,
    voices,
    voices_read,
    voices_release,
    voices_tone,
    voices_words,
)
from dashboard.store.saved import Saved
from dashboard.store.survey_releases import SurveyReleases
from dashboard.store.surveys import Surveys
from dashboard.text import themes
from tests import talking
from tests.talking import PLAIN, RUDE, SPEEDING, WHO, many

SPRING, SUMMER, NEXT_SPRING = dt.date(2024, 4, 1), dt.date(2024, 7, 1), dt.date(2025, 4, 1)


@pytest.fixture
def house(tmp_path, monkeypatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return talking.town(tmp_path)


def public(house: House) -> House:
    return House(house.home, visitor=ANYONE)


def reviewer(house: House) -> House:
    return House(house.home, visitor=Principal("a", "Ada", ("analyst",)))


def everything(house: House) -> list[Answer]:
    """All answers that the Voices page gives this visitor."""
    asked = [voices.over_time, voices.moves, voices.by_area, voices_tone.tone, voices_words.cloud]
    found = []
    for one in asked:
        try:
            found.append(one(house))
        except NotEnoughData:
            continue
    for pair in voices_words.pairs(house):
        found.append(voices_words.apart(house, pair))
    return found


def payload(house: House) -> str:
    """Everything that leaves for this visitor, as data."""
    quoted = [voices_words.quotes(house, theme) for theme in themes.IDS]
    return str([plain(one) for one in everything(house)]) + str(quoted) + str(voices.themes(house)) + str(voices_read.voices(house).content)


def release_everything(house: House) -> None:
    for one in standing.comments(house).waiting(most=10_000):
        review.judge(house, one.id, review.RELEASED, WHO)


# minimum counts


def test_four_comments_on_a_theme_are_nowhere_and_a_fifth_makes_it_appear_for_staff(house):
    talking.wave(house, SPRING, [*many(PLAIN, 30), *many(RUDE, 12), *many(SPEEDING, 4)])
    release_everything(house)
    for seen in (house, public(house)):
        shown = voices.themes(seen)
        assert "traffic" not in shown
        assert voices_words.quotes(seen, "traffic").total == 0
        assert not any("speeding" in str(one.pictures) for one in everything(seen))
        assert "0.08" not in str(voices_read.voices(seen).content["waves"][0]["themes"])
    assert "speeding" not in str([plain(one) for one in everything(house)]).replace("Traffic and speeding", "")


@pytest.mark.parametrize(("count", "staff", "people"), [(4, False, False), (5, True, False), (9, True, False), (10, True, True)])
def test_staff_need_five_and_the_public_ten(house, count, staff, people):
    talking.wave(house, SPRING, [*many(PLAIN, 30), *many(RUDE, 12), *many(SPEEDING, count)])
    release_everything(house)
    for seen, shown in ((house, staff), (public(house), people)):
        assert ("traffic" in voices.themes(seen)) is shown
        assert bool(voices_words.quotes(seen, "traffic").total) is shown
        assert bool(voices_words.search(seen, "speeding").total) is shown
        assert ("speeding" in dict(voices_words.cloud(seen).result)) is shown
        row = next(row for row in voices.over_time(seen).tables[0].rows if row[0] == "Traffic and speeding")
        assert row[2] == (str(count) if shown else "not shown")


def test_a_wave_of_nine_comments_is_named_and_not_counted(house):
    talking.wave(house, SPRING, many(SPEEDING, 9))
    wave = voices_read.voices(house).latest
    assert wave["n"] is None
    assert wave["themes"] == {}
    assert voices.over_time(house).sentence == voices.NOT_ENOUGH
    assert voices_words.search(house, "speeding").total == 0


@pytest.mark.parametrize("layer", ["staff", "public"])
def test_no_sum_or_difference_of_what_is_shown_gives_a_hidden_count(riverton, layer):
    seen = riverton if layer == "staff" else public(riverton)
    found = voices_read.voices(seen)
    least = found.content["k"]["theme"]
    waves = {wave["id"]: wave for wave in found.waves}
    checked = 0
    for period in found.periods:
        sizes = [waves[name]["n"] for name in period["waves"]]
        assert None not in sizes
        rest = period["n"] - sum(one["n"] for one in period["areas"].values())
        assert rest == 0 or rest >= found.content["k"]["cell"]
        for theme, total in period["themes"].items():
            by_wave = [waves[name]["themes"].get(theme, [0])[0] for name in period["waves"]]
            by_area = [cell[0] for cell in period["cells"].get(theme, {}).values()]
            assert all(n >= least for n in (*by_area, total[0]))
            for parts, count in ((by_wave, len(period["waves"])), (by_area, len(period["areas"]))):
                left = total[0] - sum(parts)
                assert left == 0 or left >= least, (period["name"], theme, parts)
                checked += len(parts) < count
    assert checked or layer == "staff"


def test_the_public_layer_is_a_part_of_the_staff_layer(riverton):
    staff, people = voices_read.voices(riverton), voices_read.voices(public(riverton))
    for inner, outer in zip(people.waves, staff.waves, strict=True):
        assert inner["themes"].items() <= outer["themes"].items()
        assert {tuple(one) for one in inner["words"]} <= {tuple(one) for one in outer["words"]}
    for inner, outer in zip(people.periods, staff.periods, strict=True):
        for theme, cells in inner["cells"].items():
            assert cells.items() <= outer["cells"][theme].items()
    assert len(str(people.content)) < len(str(staff.content))


# time


def test_areas_of_a_year_that_is_not_over_are_not_counted_and_a_finished_one_never_changes(house, monkeypatch):
    both = [*many(SPEEDING, 20, "North"), *many(SPEEDING, 20, "South"), *many(PLAIN, 20, "East")]
    monkeypatch.setattr(voices_release, "today", lambda _: dt.date(2024, 12, 1))
    talking.wave(house, SPRING, both)
    with pytest.raises(NotEnoughData, match="calendar year"):
        voices.by_area(house)
    monkeypatch.setattr(voices_release, "today", lambda _: dt.date(2025, 5, 1))
    talking.wave(house, NEXT_SPRING, both)
    found = voices_read.voices(house)
    assert [(one["name"], one["n"]) for one in found.periods] == [("2024", 60)]
    late = talking.wave(house, dt.date(2024, 10, 1), both)
    again = voices_read.voices(house)
    assert (again.periods[0]["name"], again.periods[0]["n"]) == ("2024", 60)
    assert late not in again.periods[0]["waves"]


def test_a_setting_counts_each_wave_by_itself(house):
    Saved(house.records).set("text.area_period", "wave", WHO)
    fresh = House(house.home)
    talking.wave(fresh, SPRING, [*many(SPEEDING, 20, "North"), *many(PLAIN, 20, "South")])
    assert voices_read.voices(fresh).periods[0]["name"] == "2024-04"
    answer = voices.by_area(fresh, "traffic")
    assert {row[0] for row in answer.tables[0].rows} == {"North", "South"}


def test_a_correction_by_a_handful_keeps_the_earlier_number(house):
    wave = talking.wave(house, SPRING, [*many(PLAIN, 40), *many(SPEEDING, 20)])
    before = voices_read.voices(house).latest
    extra = many(RUDE, 3)
    from dashboard.store import intake
    from dashboard.store.answers import Answers

    Answers(house.records).add_comments([intake.new_comment(wave, "C18", text, area) for text, area in extra])
    closing.read_all(house, WHO)
    assert voices_read.voices(house).latest == before


def test_nothing_is_frozen_twice(house):
    talking.wave(house, SPRING, many(SPEEDING, 20))
    first = SurveyReleases(house.records).versions()
    closing.read_all(house, WHO)
    assert SurveyReleases(house.records).versions() == first


# reading


def test_only_new_comments_are_read_and_a_new_codebook_reads_all_again(house, monkeypatch):
    talking.wave(house, SPRING, many(SPEEDING, 20))
    assert comments.read(house).read == 0
    talking.wave(house, SUMMER, [*many(SPEEDING, 12), *many(PLAIN, 8)])
    assert "traffic" in voices.themes(house)
    monkeypatch.setattr(themes, "VERSION", "next")
    monkeypatch.setattr(themes, "of", lambda text, language="en": ("noise",) if "speeding" in text else ())
    monkeypatch.setattr(themes, "IDS", ("noise",))
    done = closing.read_all(house, WHO)
    assert (done.read, done.again) == (0, 40)
    assert list(voices.themes(house)) == ["noise"]
    assert closing.read_all(house, WHO).again == 0


def test_a_comment_in_another_language_is_told_and_not_counted(house):
    french = many("Il faudrait que la police vienne plus vite dans notre quartier, nous avons attendu une heure.", 12)
    spanish = many("Los carros van demasiado rápido en nuestra cuadra y nadie respeta el alto.", 12)
    talking.wave(house, SPRING, [*french, *spanish, *many(SPEEDING, 12), *many(PLAIN, 10)])
    found = voices_read.voices(house)
    assert found.latest["n"] == 34
    assert found.latest["unread"] == 12
    assert found.latest["themes"]["traffic"][0] == 24
    assert "12 comments are in a language" in " ".join(found.notes())
    answer = voices_tone.tone(house)
    assert answer.pictures == ()
    assert "not available" in answer.sentence
    assert "English only" in answer.sentence


# review


def test_a_release_and_its_end_act_at_once(house):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    seen = public(house)
    assert voices_words.quotes(seen, "traffic").sentence == "No comment on this theme has been released yet."
    one = review.following(house, "traffic")
    review.judge(house, one.id, review.RELEASED, WHO)
    assert [quote.text for quote in voices_words.quotes(seen, "traffic").shown] == [one.redacted]
    assert voices_words.search(seen, "SPÉEDING").total == 1
    review.take_back(house, one.id, WHO)
    assert voices_words.quotes(seen, "traffic").total == 0
    assert voices_words.search(seen, "speeding").sentence == "No released comment contains 'speeding'."


def test_a_reviewer_sees_in_which_wave_and_beside_which_question_it_was_written(house):
    talking.wave(house, SPRING, many(PLAIN, 20))
    one = review.following(house)
    assert (one.survey, one.wave) == ("Residents", "2024-04")
    assert one.question == f"What one thing should {house.name} do better? (Please do not name people.)"
    assert asked.wording(house, "s", 1, "C99") == "C99"
    assert asked.wording(house, "s", 9, "C18") == "C18"


def test_what_is_written_beside_an_option_is_named_by_both(house):
    other = Option(code="other", label={"en": "Something else"}, specify=True)
    question = Question(id="Q1", kind="single", concept="why", wording={"en": "Why?"}, options=(Option(code="a", label={"en": "A"}), other))
    made = Definition(title={"en": "T"}, purpose={"en": "P"}, sections=(Section(questions=(question,)),))
    Surveys(house.records).new(made, "T", WHO, name="t")
    wave = Surveys(house.records).launch("t", "w", WHO, opens=SPRING)
    assert asked.wording(house, "t", wave.version, question.specified_id()) == "Why?: Something else"


def test_a_comment_that_was_kept_back_is_never_quoted_but_stays_counted(house):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    n = voices_read.voices(house).latest["themes"]["traffic"][0]
    while (one := review.following(house, "traffic")) is not None:
        review.judge(house, one.id, review.KEPT_BACK, WHO)
    assert voices_words.quotes(house, "traffic").total == 0
    assert voices_read.voices(house).latest["themes"]["traffic"][0] == n


def test_what_a_reviewer_mends_is_what_is_quoted(house):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    one = review.following(house, "traffic")
    review.judge(house, one.id, review.RELEASED, WHO, "Please stop the speeding.")
    assert voices_words.quotes(house, "traffic").shown[0].text == "Please stop the speeding."
    review.take_back(house, one.id, WHO)
    assert next(x for x in standing.comments(house).waiting(most=99) if x.id == one.id).redacted == one.redacted


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_nothing_or_too_much_cannot_be_released(house, text):
    talking.wave(house, SPRING, many(SPEEDING, 20))
    one = review.following(house)
    with pytest.raises(ScopeError):
        review.judge(house, one.id, review.RELEASED, WHO, text)
    assert comments.counts(house).released == 0


@pytest.mark.parametrize(("setting", "before", "after"), [("until judged", True, False), ("never", False, False), ("always", True, True)])
def test_how_long_an_original_is_kept_is_a_setting(house, setting, before, after):
    Saved(house.records).set("text.keep_original", setting, WHO)
    fresh = House(house.home)
    talking.wave(fresh, SPRING, many("Call Dana Hollis at 614-555-0100 about the speeding.", 12))
    one, two = standing.comments(fresh).waiting(most=2)
    assert bool(one.original) is before
    assert "614-555-0100" not in one.redacted
    review.judge(fresh, one.id, review.RELEASED, WHO)
    review.judge(fresh, two.id, review.KEPT_BACK, WHO)
    review.take_back(fresh, one.id, WHO)
    assert bool(next(x for x in standing.comments(fresh).waiting(most=99) if x.id == one.id).original) is after


def test_an_original_reaches_nobody_but_the_reviewer(house):
    canary = "My neighbor Dana Hollis, 614-555-0177, wants the speeding to stop."
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(canary, 20)])
    release_everything(house)
    for visitor in (ANYONE, Principal("c", "C", ("command",)), Principal("h", "H", ("hr",)), Principal("k", "K", ("council",))):
        seen = House(house.home, visitor=visitor)
        out = payload(seen)
        assert "0177" not in out
        assert "Hollis" not in out
        assert "[PHONE]" in out
        for service in (review.following, review.waiting, comments.counts, roster.size):
            with pytest.raises(AccessDenied):
                service(seen)
        with pytest.raises(AccessDenied):
            review.judge(seen, "x", review.RELEASED, "C")
        with pytest.raises(AccessDenied):
            review.take_back(seen, "x", "C")


def test_quotations_come_in_an_order_of_chance_and_say_nothing_about_their_writer(house):
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    release_everything(house)
    orders = {tuple(one.text for one in voices_words.quotes(house, "traffic").shown) for _ in range(8)}
    assert len(orders) > 1
    assert set(voices_words.Quoted.__slots__) == {"id", "text", "wave"}


# the sample agency


def test_waves_for_staff_only_stay_with_staff(house):
    draft = Surveys(house.records).get("s").draft
    talking.wave(house, SPRING, [*many(PLAIN, 20), *many(SPEEDING, 20)])
    Surveys(house.records).keep_draft("s", draft.model_copy(update={"staff_only": True}))
    talking.wave(house, SUMMER, [*many(PLAIN, 20), *many(RUDE, 20)])
    release_everything(house)
    assert [wave["name"] for wave in voices_read.voices(house).waves] == ["2024-04", "2024-07"]
    assert [wave["name"] for wave in voices_read.voices(public(house)).waves] == ["2024-04"]
    assert [one["name"] for one in voices_read.voices(public(house)).content["periods"]] == ["2024"]
    assert voices_words.search(house, "rude").total
    assert not voices_words.search(public(house), "rude").total


def test_a_survey_for_staff_only_gives_the_public_nothing(house):
    draft = Surveys(house.records).get("s").draft
    Surveys(house.records).keep_draft("s", draft.model_copy(update={"staff_only": True}))
    talking.wave(house, SUMMER, [*many(PLAIN, 20), *many(RUDE, 20)])
    assert voices.surveys(public(house)) == {}
    with pytest.raises(NotEnoughData):
        voices.over_time(public(house))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    yield
    voices_release._tone.cache_clear()


def test_an_empty_home_says_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    empty = House(tmp_path / "none")
    assert voices.surveys(empty) == {}
    assert voices.themes(empty) == {}
    assert voices_words.pairs(empty) == {}
    for ask in (voices.over_time, voices.moved, voices.by_area, voices_tone.tone, voices_words.cloud, voices_words.apart):
        with pytest.raises(NotEnoughData) as refusal:
            ask(empty)
        assert refusal.value.hint
    assert closing.read_all(empty, WHO).read == 0
