"""How is each number made, and what can it not tell?"""

from dashboard import ui
from dashboard.services import measures, text_quality
from dashboard.services.employee import attacked

ui.page("methods")

ui.methods.intro()
ui.methods.measures(ui.ask(measures.written))
ui.methods.quality(ui.ask(text_quality.measured))
ui.methods.attacks(ui.ask(attacked.attacked))
ui.methods.settings(ui.ask(measures.settings_written))
