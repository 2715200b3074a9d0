"""What do the columns and words of the published tables mean? Their description, dictionary and method, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.privacy.cells import ALL
from dashboard.schema.tables import TABLES
from dashboard.schema.words import RACE_GROUPS
from dashboard.services import catalog
from dashboard.services.accountability import appeals

MEANING: Mapping[str, str] = {
    "year": "Year of the event (a complaint: of its receipt), local date; 'all' is every published year.",
    "district": "District as coded by the agency; 'all' is the whole agency.",
    "race_group": "Group under the multi-race rule named in `rules`; 'all' is everyone.",
    "step": "How far the stop went: searched or not, and what the searches that enter the outcome test found.",
    "arrest": "Whether the stop ended in an arrest.",
    "complainant": "Who complained: a resident, an officer, anonymous.",
    "stage": "How far the case came, by its gravest finding; 'sustained', 'investigated' and 'closed' are sums of stages.",
    "allegation": "What is alleged, in the groups of the data dictionary.",
    "decision": "How the allegation was decided; 'investigated' is the sum of the four findings of an investigation.",
    "appeal": "How the appeal against the decision on the complaint ended; 'all' is every appealed case.",
    "discipline": "What followed a sustained allegation, in four classes.",
    "event_kind": "Kind of event at which policy may expect a recording.",
    "state": "Whether a recording was found; 'expected' is the sum of found and not found.",
    "quarter": "Quarter of the year, local date; 'all' is every published quarter.",
    "injury": "Whether the person was hurt, as recorded; 'all' is everyone.",
    "deescalation": "Whether de-escalation was tried before force, where recorded; 'all' is every incident.",
    "reason": "Why force was used, as recorded; 'all' is every incident.",
    "use": "Whether the technique that the title names was used; 'all' is every incident.",
    "count": "How many, as the table's description says; empty when it is withheld, which is not zero.",
    "status": "'shown', or 'not shown' where the number is withheld to protect people.",
    "release": "The release that the row belongs to; a release is never changed.",
    "sample_data": "'yes' when the agency is invented.",
    "wave": "One round of the survey.",
    "opens": "First day on which the round took answers.",
    "closes": "Last day on which the round took answers.",
    "question": "Code of the question or index; its words stand in `words`.",
    "cut": "By what the people who answered are divided; 'whole' is everyone.",
    "level": "Which part of the cut; empty for everyone.",
    "statistic": "mean: 0 to 100; plain: mean without weights; positive: share of favourable answers, 0 to 1; share: share that gave it, 0 to 1.",
    "answer": "Code of the answer that a share is of; empty otherwise.",
    "value": "The number; empty when it is not shown.",
    "low": "Lower end of the 95% interval.",
    "high": "Upper end of the 95% interval.",
    "answers": "How many people stand behind the number; for weighted numbers how many equal answers they are worth.",
}
OF_STAFF: Mapping[str, str] = {
    "statistic": "index and mean: 0 to 100; promoters: promoters less detractors, -100 to 100; favourable: share in the top two of five, 0 to 1; "
    "people: how many answered.",
    "status": "'shown'; 'not shown' to protect people; or which end of the interval is said where the number itself is not.",
    "answers": "How many answers stand behind the number, rounded to five.",
}
STEPS: Mapping[str, str] = {
    catalog.NO_SEARCH: "not searched",
    catalog.OTHER_SEARCH: "searched, but not a search that enters the outcome test",
    catalog.NOTHING: "searched, nothing found",
    catalog.FOUND: "searched, something found",
    catalog.NO_RESULT: "searched, result not recorded",
    catalog.NO_ANSWER: "not recorded whether searched",
    catalog.TESTED: "searches that enter the outcome test",
    catalog.SEARCHED: "all searches",
}
APPEALS: Mapping[str, str] = {code: f"{words[0].lower()}{words[1:]}" for code, words in appeals.WORDS.items()}
ABOUT: Mapping[str, str] = {
    "stops": "People stopped, each stop once, with what followed: search, find, arrest. Small counts are withheld, with others that reveal them.",
}
WORDS: Mapping[str, str] = {ALL: "total", "whole": "everyone", "not_recorded": "not recorded", **STEPS, **RACE_GROUPS, **APPEALS}


def meaning(name: str, table: str = "") -> str:
    """A column in words: as written here, else as the canonical table of that name says, else its name."""
    if name == "level" and table.startswith("force"):
        return "Highest level of force, 1 (least) to 4 (deadly); the Methods page names what belongs to each. 'all' is every level."
    if table.startswith("staff-") and name in OF_STAFF:
        return OF_STAFF[name]
    if name in MEANING:
        return MEANING[name]
    for one in (TABLES.get(table), *TABLES.values()):
        for column in one.columns if one is not None else ():
            if column.name == name:
                return f"{column.meaning} 'all' is the total."
    return f"{name.replace('_', ' ').capitalize()}; 'all' is the total."


def description(name: str, title: str) -> str:
    """What the table holds."""
    return ABOUT.get(name, f"{title}, as released. Small counts are withheld, and others that would reveal them.")
