"""Do residents trust us, where and who less, and is the change real?"""

from dashboard import ui
from dashboard.services.surveys import matters, trust

ui.page("trust")

measure, cut = ui.filters.choices_of(("Look at", "look", trust.labels()), ("Compare by", "by", trust.cut_labels()))

ui.show(ui.ask(trust.over_time, measure))

ui.section("Where and who", "groups")
ui.show(ui.ask(trust.by_group, measure, cut))

ui.section("What trust is made of", "elements")
ui.show(ui.ask(trust.elements))

ui.section("What goes with trust", "importance")
ui.show(ui.ask(matters.what_matters))

if ui.visitor().may("see_post_contact"):
    ui.section("Doubtful answers (staff)", "quality")
    ui.show(ui.ask(trust.quality))
