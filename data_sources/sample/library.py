"""The invented agency's library: policies in two versions, reports, meetings with papers, questions with answers. All words are ours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape

D = dt.date


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its files: (in force from, what changed, paragraphs)."""

    kind: str
    title: str
    summary: str
    files: tuple[tuple[dt.date, str, tuple[str, ...]], ...]
    meeting: str = ""
    state: str = "published"


@dataclass(frozen=True, slots=True)
class Gathering:
    """A meeting: name here, title, day, times, place, how to join, agenda, minutes, state."""

    name: str
    title: str
    day: dt.date
    starts: str
    ends: str
    place: str
    join: str
    agenda: str
    minutes: str = ""
    state: str = "held"


JOIN = "Come in by the main door; interpretation into Spanish on request until the day before. Speakers have three minutes."
MEETINGS = (
    Gathering(
        "spring",
        "Community advisory council",
        D(2025, 4, 15),
        "18:30",
        "20:00",
        "Riverton Public Library, Room 2",
        JOIN,
        "1. Stops and searches in 2024\n2. New policy on foot pursuits\n3. Open floor",
        "Fourteen residents came. The council asked for searches by district every quarter. The chief agreed to publish them by July.",
    ),
    Gathering(
        "autumn",
        "Community advisory council",
        D(2025, 10, 21),
        "18:30",
        "20:00",
        "Eastfield Community Center",
        JOIN,
        "1. Survey results of the third quarter\n2. Complaints still open after 180 days\n3. Open floor",
        "Twenty-two residents came. Open complaints were discussed; two more investigators were announced. A coffee in Eastfield was promised.",
    ),
    Gathering(
        "winter",
        "Community advisory council",
        D(2027, 1, 19),
        "18:30",
        "20:00",
        "Riverton City Hall, Council chamber",
        JOIN,
        "1. The year in numbers\n2. Budget of body cameras\n3. Open floor",
        state="planned",
    ),
)
PAPERS = (
    Paper(
        "policy",
        "Use of force",
        "When force may be used, what must be tried first, and how it is reported.",
        (
            (
                D(2021, 3, 1),
                "First version",
                ("Force must be necessary and proportionate.", "Every use of force is reported before the end of the shift."),
            ),
            (
                D(2024, 7, 1),
                "De-escalation comes first; neck restraints are banned",
                (
                    "De-escalation is tried before force wherever that is safe: time, distance, words.",
                    "Neck restraints are not used, except where deadly force would be justified.",
                    "An officer who sees excessive force must step in and report it.",
                    "Every use of force is reported before the end of the shift and reviewed by a supervisor within seven days.",
                ),
            ),
        ),
    ),
    Paper(
        "policy",
        "Body-worn cameras",
        "When cameras are on, who may see recordings, and how footage is released.",
        (
            (
                D(2023, 1, 1),
                "First version",
                (
                    "Cameras are on during every stop, arrest and use of force.",
                    "Recordings are kept for 180 days, longer where a complaint or case needs them.",
                    "Requests for footage are answered within 45 days.",
                ),
            ),
        ),
    ),
    Paper(
        "policy",
        "Foot pursuits",
        "When an officer may run after a person.",
        (
            (
                D(2025, 5, 1),
                "First version",
                ("A foot pursuit needs a reason that can be told.", "The pursuit ends when its danger is larger than its gain."),
            ),
        ),
    ),
    Paper(
        "report",
        "Annual report 2024",
        "The year in the agency's own words.",
        ((D(2025, 3, 3), "", ("In 2024 the agency served Riverton with 180 officers.", "The numbers stand on the pages of this dashboard.")),),
    ),
    Paper(
        "agenda",
        "Agenda of 21 October 2025",
        "",
        ((D(2025, 10, 14), "", ("1. Survey results of the third quarter", "2. Complaints still open after 180 days", "3. Open floor")),),
        "autumn",
    ),
    Paper(
        "minutes",
        "Minutes of 21 October 2025",
        "Agreed by the council on 4 November.",
        ((D(2025, 11, 4), "", ("Twenty-two residents came.", "Two more investigators were announced.", "A coffee in Eastfield was promised.")),),
        "autumn",
    ),
    Paper(
        "policy",
        "Drones",
        "A draft that staff still work on.",
        ((D(2027, 1, 1), "Draft", ("Drones are used to search for missing persons.",)),),
        state="draft",
    ),
)
# question, day it was asked, state, answer
QUESTIONS = (
    (
        "How long does it take until a complaint is decided?",
        D(2025, 9, 2),
        "answered",
        "The page Complaints shows it for every year, with those still open counted.\nWe hired two more investigators to be faster.",
    ),
    (
        "Why is Eastfield missing from the coffee mornings?",
        D(2025, 10, 23),
        "answered",
        "It should not be. We promised one at the October meeting; the page Outreach shows whether we kept that.",
    ),
    ("May I record an officer who stops me?", D(2025, 11, 12), "answered", "Yes, from a distance that does not get in the way of the stop."),
    ("Officer [NAME] parked across the bike lane on Mill Street, is that allowed?", D(2025, 12, 1), "waiting", ""),
    ("When will the searches by district be published?", D(2025, 12, 8), "waiting", ""),
)


def page(one: Paper, paragraphs: tuple[str, ...], since: dt.date) -> bytes:
    """A file of a document as a plain HTML page."""
    body = "\n".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    style = "body{font:1rem/1.6 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1B1F24;background:#FBFAF7}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(one.title)}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{style}</style></head>\n<body><h1>{escape(one.title)}</h1>\n'
        f"<p>Riverton Police Department (sample data), {since}</p>\n{body}\n</body></html>\n"
    ).encode()
