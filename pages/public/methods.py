"""How is each number made, and what can it not tell?"""

from dashboard import ui

ui.page("methods")
