"""Who as a group may leave, how worn are people, and what would help?"""

from dashboard import ui
from dashboard.services.employee import retention

ui.page("retention")

ui.show(ui.ask(retention.leaving))

ui.section("Burnout", "burnout")
ui.show(ui.ask(retention.burnout))
ui.show(ui.ask(retention.burning_out))

ui.section("Rest and support", "support")
ui.show(ui.ask(retention.support))
