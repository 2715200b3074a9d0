"""May I have the tables behind these pages?"""

from dashboard import ui
from dashboard.services import open_data, published

ui.page("open_data")

ui.show(ui.ask(published.answer, ui.filters.everything()))

ui.section("Take the tables", "tables")
ui.downloads.tables(ui.ask(open_data.tables))

ui.section("What the columns mean", "dictionary")
ui.downloads.dictionary(ui.ask(open_data.tables))
