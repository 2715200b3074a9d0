"""What the rules for comments say about themselves: how they work, from how many comments on, and what they cannot tell."""

from __future__ import annotations

from dashboard.registry import measure
from dashboard.text import keyness, redact, sentiment, themes

measure(
    "text.redaction",
    title="Redaction of comments",
    question="Which names and numbers are taken out of comments before anyone reads them?",
    formula="Rules in one pass: e-mail, phone, social security number, date of birth, street address, plate, badge, case number, links; names by "
    "title or kin, by a list of first names, and by the agency's own roster. Each is replaced by its kind in brackets.",
    minimum="none: every comment is redacted before anything else is done with it",
    assumptions=("Names stand beside a title, a kin word or another name, or are on a list.",),
    criticisms=("Rules miss some names, mostly rare first names in small letters.", "A story can point at a person without any name."),
    source="OURS; methods 11.1, measured 2026 on sentences by the author of the rules",
    page="Names and numbers are removed by rules before anyone reads comments, and a person checks each quotation. Rules miss some; please report "
    "any you see.",
    tables=(),
    settings=("text.keep_original",),
)(redact.comment)

measure(
    "text.themes",
    title="Themes of comments",
    question="What are people talking about, where, and what moved?",
    formula="A comment raises a theme if it holds one of its words or phrases in the saved codebook (English and Spanish). Share of comments with "
    "Wilson's interval; changes with Newcombe's interval, marked after Benjamini-Hochberg over all themes. New themes are found by TF-IDF and NMF.",
    minimum="5 comments for staff and 10 for the public, also within a place; 10 comments of a wave or area; 300 to discover themes",
    assumptions=("The words of a theme mean the same in both waves.", "Comments are independent of each other."),
    criticisms=("Who comments is not who lives here.", "A word list misses what is said in other words, and finds words that mean something else."),
    source="Monroe, Colaresi & Quinn 2008 (words); Newcombe 1998 (changes); methods 11.3 and 11.5",
    page="Themes are groups of words that occur together and a comment can carry several. Who comments is not who lives here. Themes and quotations "
    "appear only when enough different people raised them. What is missing here may still matter to someone.",
    tables=(),
    settings=("text.min_staff", "text.min_public", "survey.min_comments", "text.area_period"),
)(themes.discover)

measure(
    "text.tone",
    title="Tone of comments",
    question="How do people feel about it?",
    formula="Mean of VADER's compound score, with our own words for policing laid over its list, over the comments in which a word of the list was "
    "met; interval by bootstrap over comments. English only.",
    minimum="30 scored comments of a group",
    assumptions=("Errors of the word list cancel out over many comments.",),
    criticisms=("It misreads irony and topics.", "Not available in any other language than English."),
    source="Hutto & Gilbert 2014, ICWSM-14; methods 11.2",
    page="A word list adjusted for police topics estimates the tone of many comments together. It misreads irony and topics, and it reads English "
    "only.",
    tables=(),
)(sentiment.summary)

measure(
    "text.keyness",
    title="Words that set groups apart",
    question="Which words set two groups of comments apart?",
    formula="Log odds of each word with an informative prior worth 1,000 words; each word once a comment; z = d / sqrt(1/(y1+a) + 1/(y2+a)); shown "
    "at q <= 0.05 (Benjamini-Hochberg over words).",
    minimum="10 uses in 5 comments in all (10 for the public); the size of a difference only where each side has as many",
    assumptions=("Comments are independent of each other.",),
    criticisms=("A word says what was talked about, not what was meant.",),
    source="Monroe, Colaresi & Quinn 2008, Political Analysis 16, 372-403",
    page="Words used more by one group than the other, after allowing for rare words. A word says what was talked about, not what was meant.",
    tables=(),
)(keyness.compare)
