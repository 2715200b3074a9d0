"""What are people talking about, and how do they feel about it?"""

from dashboard import ui
from dashboard.services.surveys import voices, voices_tone, voices_words

ui.page("voices")

(survey,) = ui.filters.choices_of(("Survey", "survey", ui.ask(voices.surveys) or {}))
themes = ui.ask(voices.themes, survey) or {}
theme, pair = ui.filters.choices_of(("Theme", "theme", themes), ("Set apart", "apart", ui.ask(voices_words.pairs, survey) or {}))

ui.show(ui.ask(voices.over_time, survey))

if themes:
    ui.section("What moved", "moved")
    ui.show(ui.ask(voices.moves, survey))

    ui.section("Where", "where")
    ui.show(ui.ask(voices.by_area, theme, survey))

    ui.section("How it sounds", "tone")
    ui.show(ui.ask(voices_tone.tone, survey))

    ui.section("In their words", "quotations")
    ui.voices.quotations(theme, themes.get(theme, ""), survey)
    ui.voices.search(survey)

    ui.section("What sets two groups apart", "apart")
    ui.show(ui.ask(voices_words.apart, pair, survey))

    ui.section("The words beside the themes", "words")
    ui.voices.side_by_side(ui.ask(voices_words.cloud, survey))

if ui.visitor().may("manage_surveys"):
    ui.go("review", "Review comments, so that more of them can be quoted")
