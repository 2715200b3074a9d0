"""How is trust, and what changed?"""

from dashboard import ui
from dashboard.services import beside, public_tests, published
from dashboard.services.surveys import contact, trust, voices

ui.page("overview")

scope = ui.filters.everything()

ui.brief(ui.ask(trust.over_time))
ui.go("trust", "Trust by area and group, and what goes with it")

ui.section("What people say after a contact", "contact")
ui.brief(ui.ask(contact.experience))

ui.section("What people talk about", "voices")
ui.headline(ui.ask(voices.moved), "voices", "Themes over time, by area, in people's own words")

ui.section("What the agency does", "policing")
ui.headline(ui.ask(published.volume, scope), "stops", "Stops by year and group")
ui.headline(ui.ask(published.decision, scope, "search"), "stops", "Who is searched")
ui.headline(ui.ask(published.decision, scope, "find"), "stops", "What searches find")
ui.headline(ui.ask(published.decision, scope, "arrest"), "stops", "Who is arrested")
ui.headline(ui.ask(public_tests.at_night, scope), "stops", "Daylight and dark")

ui.section("Side by side", "beside")
ui.show(ui.ask(beside.answer))
