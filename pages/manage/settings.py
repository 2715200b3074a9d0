"""Which thresholds and names are in force, and why?"""

from dashboard import ui

ui.page("settings")

ui.knobs.desk()
