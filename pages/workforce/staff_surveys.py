"""What do we ask our people, what are they promised, and how does it go?"""

from dashboard import ui

ui.page("staff_surveys")

part = ui.tabs("part", {"own": "Our surveys", "bring": "From another tool"})

if part == "own":
    ui.staff_surveys.desk()

if part == "bring":
    ui.section("A staff survey from another tool", "bring")
    ui.staff_bring.panel()
