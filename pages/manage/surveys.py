"""What do we ask, of whom, and how does it go?"""

from dashboard import ui

ui.page("surveys")

ui.surveys.desk()

if ui.visitor().may("import_data"):
    ui.section("Answers from another tool", "bring")
    ui.bringing.panel()
