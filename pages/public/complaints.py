"""How many complaints, how fast, how decided, what discipline, cameras on, footage released in time?"""

from dashboard import ui
from dashboard.services.accountability import appeals, cameras, findings, funnel, times

ui.page("complaints")

scope = ui.filters.bar(table="complaints", district=ui.visitor().may("see_workbench"))

ui.section("From complaint to discipline", "funnel")
ui.show(ui.ask(funnel.answer, scope), "complaints")

ui.section("How long it takes", "time")
ui.show(ui.ask(times.to_decision, scope), "time-to-decide")

ui.section("Who complained", "who")
ui.show(ui.ask(funnel.by_complainant, scope), "who-complained")
ui.show(ui.ask(funnel.by_group, scope), "complaints-by-group")

ui.section("What is alleged, and how it is decided", "allegations")
ui.show(ui.ask(findings.by_allegation, scope), "allegations")

ui.section("Discipline and appeals", "discipline")
ui.show(ui.ask(findings.discipline, scope), "discipline")
ui.show(ui.ask(appeals.answer, scope), "appeals")

ui.section("Body cameras", "cameras")
ui.show(ui.ask(cameras.active, scope), "cameras")
ui.show(ui.ask(times.to_release, scope), "footage")
