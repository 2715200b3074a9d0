"""May I have the tables behind these pages?"""

from dashboard import ui
from dashboard.services import open_data, published

ui.page("open_data")

answer = ui.ask(published.answer, ui.filters.everything())
ui.answer(answer)

ui.section("Take the tables", "tables")
found = ui.ask(open_data.tables)
ui.downloads.tables(found)

ui.section("Put a chart on your site", "embed")
ui.embeds.listing()

ui.section("What the columns mean", "dictionary")
ui.downloads.dictionary(found)

ui.section("Every release", "releases")
ui.downloads.past(ui.ask(open_data.history))

ui.section("For programs", "programs")
ui.downloads.for_programs()
