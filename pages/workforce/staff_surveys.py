"""What do we ask our people, what are they promised, and how does it go?"""

from dashboard import ui

ui.page("staff_surveys")

ui.staff_surveys.desk()
