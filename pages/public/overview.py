"""What happens when people meet this agency, and what changed?"""

from dashboard import ui

ui.page("overview")
