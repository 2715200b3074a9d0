"""Where did we show up, whom did we reach, what did they say?"""

from dashboard import ui
from dashboard.services import forms
from dashboard.services.outreach import beside, held, promises, reach

ui.page("outreach")

(year,) = ui.filters.choices_of(("Year", "year", held.years(ui.house())))

ui.show(ui.ask(reach.answer, None, year))

ui.section("Coming up", "calendar")
ui.outreach.coming()

ui.section("Who came", "groups")
ui.show(ui.ask(reach.groups, year))

ui.section("What was promised", "promises")
ui.show(ui.ask(promises.answer, forms.today(ui.house())))

ui.section("Trust beside it", "trust")
ui.show(ui.ask(beside.answer, None, year))

ui.outreach.desk()
