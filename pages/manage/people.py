"""Who may see and do what?"""

from dashboard import ui

ui.page("people")

ui.people.desk()
