"""Who did what, and when?"""

from dashboard import ui

ui.page("audit")

ui.audit.desk()
