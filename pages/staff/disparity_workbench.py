"""Do all the tests of equal treatment agree, and how far can each be trusted?"""

from dashboard import ui
from dashboard.services import workbench

ui.page("disparity_workbench")

scope = ui.filters.bar()
test, searches, multirace = ui.filters.choices_of(
    ("Test", "test", workbench.labels()),
    ("Searches counted", "searches", workbench.search_rules()),
    ("People with several groups", "multirace", workbench.multirace_rules()),
)

ui.show(ui.ask(workbench.under, scope, test, searches, multirace, wait="Computing; the threshold test and look-alikes take some seconds ..."))
