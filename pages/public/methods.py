"""How is each number made, and what can it not tell?"""

from dashboard import ui
from dashboard.services import measures

ui.page("methods")

ui.methods.intro()
ui.methods.measures(ui.ask(measures.written))
ui.methods.settings(ui.ask(measures.settings_written))
