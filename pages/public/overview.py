"""What happens when people meet this agency, and what changed?"""

from dashboard import ui
from dashboard.services import public_tests, published

ui.page("overview")

ui.show(ui.ask(published.volume, ui.filters.everything()))

ui.section("At each decision")
ui.brief(ui.ask(published.decision, ui.filters.everything(), "search"))
ui.brief(ui.ask(published.decision, ui.filters.everything(), "find"))
ui.brief(ui.ask(published.decision, ui.filters.everything(), "arrest"))
ui.brief(ui.ask(public_tests.at_night, ui.filters.everything()))
ui.go("stops", "All decisions, with the numbers behind them")
