"""May I have the tables behind these pages?"""

from dashboard import ui

ui.page("open_data")
