"""How do people rate the contact they had, by element, and who asked for a call back?"""

from dashboard import ui
from dashboard.services.surveys import contact

ui.page("post_contact")

answer = ui.ask(contact.over_time)
ui.show(answer)

if answer:
    ui.section("What goes well, what to improve", "elements")
    ui.show(ui.ask(contact.elements))

    ui.section("Which contacts", "groups")
    (cut,) = ui.filters.choices_of(("Compare by", "by", contact.cut_labels()))
    ui.show(ui.ask(contact.by_group, cut))

    ui.section("Whom we hear from", "funnel")
    ui.show(ui.ask(contact.funnel))
elif ui.visitor().may("manage_surveys"):
    ui.go("surveys", "Begin a survey for people who had contact")

ui.section("Call back", "follow-ups")
ui.follow_ups.work_list()
