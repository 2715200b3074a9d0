"""Are people treated alike at each decision: stop, search, arrest?"""

from dashboard import ui
from dashboard.services import public_tests, published, published_places

ui.page("stops")

scope = ui.filters.bar()

ui.section("The stop", "stop")
ui.show(ui.ask(public_tests.stopped, scope))

ui.section("The search", "search")
ui.show(ui.ask(published.decision, scope, "search"))
ui.show(ui.ask(published.decision, scope, "find"))

ui.section("District by district", "districts")
ui.show(ui.ask(published_places.answer, ui.filters.everything()))

ui.section("The arrest", "arrest")
ui.show(ui.ask(published.decision, scope, "arrest"))

ui.section("Daylight and dark", "darkness")
ui.show(ui.ask(public_tests.at_night, scope))
