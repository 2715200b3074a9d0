"""The planted truths of the sample agency's comments, as its voices say them."""

from __future__ import annotations

from dashboard.access.principal import ANYONE
from dashboard.services import text_quality
from dashboard.services.house import House
from dashboard.services.surveys import standing, voices, voices_read, voices_tone, voices_words
from dashboard.store.surveys import Surveys
from data_sources.sample import opinions


def public(house: House) -> House:
    return House(house.home, visitor=ANYONE)


def test_the_planted_rise_of_one_theme_is_found_and_no_other(riverton):
    found = voices_read.voices(riverton)
    clear = {period["name"]: {theme for theme, gap in period.get("changes", {}).items() if gap[4]} for period in found.periods}
    assert clear == {"2022": set(), "2023": set(), "2024": {"response"}, "2025": set()}
    assert 0.04 < found.periods[2]["changes"]["response"][0] < 0.12
    assert "no theme moved clearly" in voices.moves(riverton).sentence


def test_what_was_planted_in_one_area_is_found_there_and_nowhere_else(riverton):
    last = voices_read.voices(riverton).periods[-1]
    apart = {(theme, area) for theme, areas in last["apart"].items() for area, gap in areas.items() if gap[4]}
    assert apart == {("fairness", opinions.DROP_AREA), ("accountability", opinions.DROP_AREA)}
    assert f"clearly more often in {opinions.DROP_AREA}" in voices.by_area(riverton, "accountability").sentence
    assert "no area stands clearly apart" in voices.by_area(riverton, "traffic").sentence


def test_keyness_finds_the_planted_words_and_only_where_they_are(riverton):
    said = {key: voices_words.apart(riverton, key) for key in voices_words.pairs(riverton)}
    assert "april" in [row[0] for row in said[f"area:{opinions.DROP_AREA}"].tables[0].rows]
    others = [key for key in said if key.startswith("area:") and key != f"area:{opinions.DROP_AREA}"]
    assert others
    assert all("april" not in said[key].sentence for key in others)
    assert "april" not in said["period:2023"].sentence


def test_spanish_comments_have_themes_and_no_tone(riverton):
    assert "Tone is not available for" in voices_tone.tone(riverton).sentence
    store = standing.comments(riverton)
    waves = [wave.id for wave in Surveys(riverton.records).waves("riverton-community")]
    spanish = [one for one in store.of_waves(waves) if one.language == "es"]
    assert len(spanish) > 100
    assert {one.tone for one in spanish} == {None}
    assert sum(bool(one.themes) for one in spanish) / len(spanish) > 0.95


def test_the_sample_has_quotations_and_none_of_its_planted_names(riverton):
    seen = public(riverton)
    assert all(voices_words.quotes(seen, theme).total for theme in list(voices.themes(seen))[:6])
    held = str([voices_words.quotes(seen, theme) for theme in voices.themes(seen)]) + str(voices_words.cloud(seen))
    assert "555-01" not in held


def test_post_contact_comments_are_for_staff(riverton):
    assert "riverton-contact" in voices.surveys(riverton)
    assert "riverton-contact" not in voices.surveys(public(riverton))
    assert voices_read.voices(public(riverton), "riverton-contact").release.survey_id == "riverton-community"


def test_moved_is_brief_and_says_what_was_looked_at(riverton):
    found = voices.moved(riverton)
    assert "themes that were looked at" in found.sentence or "Moved most since" in found.sentence
    assert found.pictures


def test_measured_quality_says_whose_sentences_they_are(riverton):
    found = text_quality.measured(riverton)
    assert found.result.redaction.recall >= 0.95
    assert f"{found.result.redaction.altered} of" in found.sentence
    assert any("written by the author of the rules" in note for note in found.notes)
    here = text_quality.redaction(riverton, None)
    assert here.tables[0].title == "Taken out here"
    assert sum(row[1] for row in here.tables[0].rows) > 200
