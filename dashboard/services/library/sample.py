"""The library of the sample agency: the same way in as any document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.schema.library import ANSWERED, DRAFT, Document, Meeting, Question
from dashboard.services.library import desk
from dashboard.store.library import Library

if TYPE_CHECKING:
    from dashboard.services.house import House


def make(house: House, who: str) -> None:
    """Documents, meetings and questions; nothing when the library holds something already."""
    from data_sources.sample import library as sample

    store = Library(house.records)
    if desk.documents(house):
        return
    meetings = {}
    for one in sample.MEETINGS:
        about = (one.title, one.day, one.starts, one.ends, one.place, one.join, one.agenda, one.minutes, one.state)
        meetings[one.name] = store.keep_meeting(Meeting("", *about), who).id
    for paper in sample.PAPERS:
        kept = desk.keep(house, Document("", paper.kind, paper.title, paper.summary, meetings.get(paper.meeting, ""), DRAFT), who)
        for since, note, paragraphs in paper.files:
            desk.add_file(house, kept.id, f"{paper.title}.html", sample.page(paper, paragraphs, since), since, note, who)
        if paper.state != DRAFT:
            desk.set_state(house, kept.id, paper.state, who)
    for number, (words, asked, state, answer) in enumerate(sample.QUESTIONS):
        asked_one = Question(f"sample-question-{number}", words, asked, state, answer, asked if state == ANSWERED else None)
        store.ask(asked_one)
