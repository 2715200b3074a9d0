"""How are we doing, where, is it changing, and what goes with it?"""

from dashboard import ui
from dashboard.services.employee import each_statement, matters, morale

ui.page("morale")

ui.show(ui.ask(morale.index))

ui.section("Pulse by pulse", "pulse")
(question,) = ui.filters.choices_of(("Look at", "look", morale.pulse_labels()))
ui.show(ui.ask(morale.pulse, question))

ui.section("Themes by unit", "themes")
ui.show(ui.ask(morale.heat))

ui.section("Strengths and concerns", "items")
ui.show(ui.ask(morale.items))

ui.section("Action plans", "actions")
ui.staff_actions.panel()

ui.section("Satisfaction", "satisfaction")
ui.show(ui.ask(morale.satisfaction))

ui.section("What goes with satisfaction", "drivers")
ui.show(ui.ask(matters.drivers))

ui.section("Question by question", "each")
(survey,) = ui.filters.choices_of(("Survey", "survey", each_statement.surveys(ui.house())))
question = ui.filters.wide_choice("Question", "question", each_statement.questions(ui.house(), survey) if survey else {})
ui.show(ui.ask(each_statement.answer, survey, question))
