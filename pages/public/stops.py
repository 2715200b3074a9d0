"""Are people treated alike at each decision: stop, search, arrest?"""

from dashboard import ui

ui.page("stops")
