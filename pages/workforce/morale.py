"""How are we doing, where, is it changing, and what goes with it?"""

from dashboard import ui
from dashboard.services.employee import matters, morale

ui.page("morale")

ui.show(ui.ask(morale.index))

ui.section("Pulse by pulse", "pulse")
(question,) = ui.filters.choices_of(("Look at", "look", morale.pulse_labels()))
ui.show(ui.ask(morale.pulse, question))

ui.section("Themes by unit", "themes")
ui.show(ui.ask(morale.heat))

ui.section("Strengths and concerns", "items")
ui.show(ui.ask(morale.items))

ui.section("Satisfaction", "satisfaction")
ui.show(ui.ask(morale.satisfaction))

ui.section("What goes with satisfaction", "drivers")
ui.show(ui.ask(matters.drivers))
