"""What do we ask, of whom, and how does it go?"""

from dashboard import ui

ui.page("surveys")

part = ui.tabs("part", {"own": "Our surveys", "bring": "From another tool"}, needs={"bring": "import_data"})

if part == "own":
    ui.surveys.desk()

if part == "bring":
    ui.section("Answers from another tool", "bring")
    ui.bringing.panel()
