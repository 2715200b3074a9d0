"""How is my own unit doing, as far as it can be shown?"""

from dashboard import ui

ui.page("my_unit")

ui.own_unit.results()
