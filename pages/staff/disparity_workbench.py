"""Do all the tests of equal treatment agree, and how far can each be trusted?"""

from dashboard import ui
from dashboard.services import workbench

ui.page("disparity_workbench")

scope = ui.filters.bar()
test = ui.filters.choice("Test", "test", workbench.labels())
searches = ui.filters.choice("Searches counted", "searches", workbench.search_rules())
multirace = ui.filters.choice("Several groups", "multirace", workbench.multirace_rules())

ui.show(ui.ask(workbench.under, scope, test, searches, multirace, wait="Computing; the threshold test and look-alikes take some seconds ..."))
