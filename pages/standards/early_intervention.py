"""Whose pattern differs from true peers, what was done, did it help?"""

from dashboard import ui

ui.page("early_intervention")

ui.early_intervention.panel()
