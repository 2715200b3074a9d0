"""Are people treated alike at each decision: stop, search, arrest?"""

from dashboard import ui
from dashboard.services import public_tests, published, published_places

ui.page("stops")

scope = ui.filters.bar()

ui.section("The stop", "stop")
ui.show(ui.ask(public_tests.stopped, scope), "who-is-stopped")

ui.section("The search", "search")
ui.show(ui.ask(published.decision, scope, "search"), "search")
ui.show(ui.ask(published.decision, scope, "find"), "find")

ui.section("District by district", "districts")
ui.show(ui.ask(published_places.answer, ui.filters.everything()), "search-by-district")

ui.section("The arrest", "arrest")
ui.show(ui.ask(published.decision, scope, "arrest"), "arrest")

ui.section("Daylight and dark", "darkness")
ui.show(ui.ask(public_tests.at_night, scope), "daylight")
