"""What do we ask, of whom, and how does it go?"""

from dashboard import ui

ui.page("surveys")

ui.surveys.desk()
