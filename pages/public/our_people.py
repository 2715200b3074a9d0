"""How are our own people doing, and what is done about it?"""

from dashboard import ui

ui.page("our_people")

ui.our_people.results()

ui.section("You said, we did", "actions")
ui.our_people.told()
