"""Which comments may be quoted?"""

from dashboard import ui

ui.page("review")

ui.review.queue()

ui.go("voices", "What people are talking about")
