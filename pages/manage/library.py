"""What stands in the library, which meetings are coming, and which questions wait for an answer?"""

from dashboard import ui

ui.page("library_desk")

part = ui.tabs("part", {"documents": "Documents", "meetings": "Meetings", "questions": "Questions", "annual": "Annual report"})
if part == "documents":
    ui.library_desk.documents()
elif part == "meetings":
    ui.library_desk.meetings()
elif part == "questions":
    ui.library_desk.questions()
else:
    ui.annual.report()
