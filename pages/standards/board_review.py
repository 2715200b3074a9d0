"""Which complaints does the board audit, does it agree with the agency, and what became of its recommendations?"""

from dashboard import ui

ui.page("board_review")

ui.oversight.told()

ui.section("Cases that wait for the board", "waiting")
ui.oversight.waiting()

ui.section("Samples drawn for audit", "samples")
ui.oversight.samples()

ui.section("Board and agency", "agreement")
ui.oversight.agreement()

ui.section("Recommendations", "recommendations")
ui.oversight.recommendations()

ui.go("complaints", "Complaints and accountability")
