"""How is trust, and what changed?"""

from dashboard import ui
from dashboard.services import beside, force, force_rates, forms, public_tests, published
from dashboard.services.accountability import cameras, funnel, times
from dashboard.services.employee import showing
from dashboard.services.outreach import promises, reach
from dashboard.services.surveys import contact, trust, voices

ui.page("overview")
ui.beginning.steps_if_empty()

scope = ui.filters.everything()

ui.attention.first()

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

ui.section("Force", "force")
ui.headline(ui.ask(force.over_time, scope), "use_of_force", "Force by type, severity and reason")
ui.headline(ui.ask(force_rates.side_by_side, scope), "use_of_force", "On whom force is used")

ui.section("Accountability", "accountability")
ui.headline(ui.ask(funnel.answer, scope), "complaints", "Complaints from receipt to discipline")
ui.headline(ui.ask(times.to_decision, scope), "complaints", "How long a decision takes")
ui.headline(ui.ask(cameras.active, scope), "complaints", "Body cameras")

ui.section("Outreach", "outreach")
ui.headline(ui.ask(reach.answer, None, ""), "outreach", "Where we showed up, and what is coming up")
ui.headline(ui.ask(promises.answer, forms.today(ui.house())), "outreach", "Every promise")

ui.section("Our own people", "people")
ui.first_headline(ui.ask(showing.answers), "our_people", "What the staff say, and what was done")

ui.section("Side by side", "beside")
ui.show(ui.ask(beside.answer))
