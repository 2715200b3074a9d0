"""Which rules does the agency work under, what has it reported, when can I speak, and what was answered?"""

from dashboard import ui

ui.page("library")

part = ui.tabs("part", {"documents": "Policies and reports", "meetings": "Meetings", "questions": "Questions"})
if part == "documents":
    ui.library.documents()
elif part == "meetings":
    ui.library.meetings()
else:
    ui.library.questions()
