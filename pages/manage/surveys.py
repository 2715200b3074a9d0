"""What do we ask, of whom, and how does it go?"""

from dashboard import ui

ui.page("surveys")

PARTS = {"own": "Our surveys", "bring": "From another tool", "weights": "Census margins", "lines": "Benchmark lines"}
part = ui.tabs("part", PARTS, needs={"bring": "import_data"})

if part == "own":
    ui.surveys.desk()

if part == "bring":
    ui.section("Answers from another tool", "bring")
    ui.bringing.panel()

if part == "weights":
    ui.section("Census margins for weighting", "weights")
    ui.census.panel()

if part == "lines":
    ui.section("Published figures beside ours", "lines")
    ui.benchmark_lines.editor()
