"""How often is force used, how severe is it, on whom, and was de-escalation tried?"""

from dashboard import ui
from dashboard.services import force, force_changes, force_rates, force_severity

ui.page("use_of_force")

scope = ui.filters.bar(district=ui.visitor().audience == "staff")

ui.show(ui.ask(force.over_time, scope), "force")

ui.section("On whom", "groups")
ui.show(ui.ask(force_rates.side_by_side, scope), "force-rates")

ui.section("Which force, how severe", "techniques")
ui.show(ui.ask(force.techniques, scope), "techniques")
ui.show(ui.ask(force_severity.levels, scope), "severity")

ui.section("Was it avoidable?", "deescalation")
ui.show(ui.ask(force.deescalation, scope), "deescalation")
ui.show(ui.ask(force.reasons, scope), "reasons")

ui.section("Who was hurt", "injury")
ui.show(ui.ask(force.injuries, scope), "injuries")

ui.section("What changed with policy", "policy")
policy = ui.filters.wide_choice("Change of policy", "policy", force_changes.names(ui.house()))
ui.show(ui.ask(force_changes.followed, scope, policy), "policy")
ui.show(ui.ask(force_changes.banned, scope), "banned")
