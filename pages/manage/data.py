"""What came in, when, and what was wrong with it?"""

from dashboard import ui

ui.page("data")
