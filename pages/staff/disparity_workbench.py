"""Do all the tests of equal treatment agree, and how far can each be trusted?"""

from dashboard import ui

ui.page("disparity_workbench")
