"""Do residents trust us, where and who less, and is the change real?"""

from dashboard import ui
from dashboard.services.surveys import matters, trust

ui.page("trust")

survey = ui.survey_results.survey()
measure, cut = ui.filters.choices_of(("Look at", "look", trust.labels()), ("Compare by", "by", trust.cut_labels()))

answer = ui.ask(trust.over_time, measure, survey)
ui.show(answer, f"trust-{measure.lower()}")

if answer:
    ui.section("Where and who", "groups")
    ui.show(ui.ask(trust.by_group, measure, cut, survey), f"trust-{measure.lower()}-by-{cut}")

    ui.section("What trust is made of", "elements")
    ui.show(ui.ask(trust.elements, survey), "elements")

    ui.section("What goes with trust", "importance")
    ui.show(ui.ask(matters.what_matters, survey), "importance")
elif ui.visitor().may("manage_surveys"):
    ui.go("surveys", "Begin a survey, or bring in answers from another tool")

ui.section("What did each question say?", "questions")
ui.survey_results.each_question_asked()

if answer and ui.visitor().may("see_post_contact"):
    ui.section("Doubtful answers (staff)", "quality")
    ui.show(ui.ask(trust.quality, survey))
