"""Settings as data: every knob that can change a number, with its default, its sentence and its floor."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dashboard.errors import SettingError

Value = str | int | float | bool | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One knob: dotted `name`, `default`, the `sentence` shown beside it, and what limits its value."""

    name: str
    default: Value
    sentence: str
    choices: tuple[str, ...] = ()
    floor: float | None = None
    ceiling: float | None = None
    several: bool = False  # any of the choices, joined by commas, or none
    shown: bool = False  # printed beside the numbers, because it can change a conclusion
    quiet: bool = False  # never printed beside the numbers: it says nothing about them
    sites: bool = False  # web sites, joined by commas, or none


_PART = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"  # of a host name (RFC 1123)
# A wildcard stands for the first part only and leaves at least two. What ends in a number is an address, which a policy does not match.
SITE = re.compile(rf"(https://)?(\*\.)?({_PART}\.)+(?=[a-z])[a-z0-9-]{{1,62}}[a-z0-9](:[1-9]\d{{1,4}})?")
THIS_MACHINE = re.compile(r"http://(localhost|127\.0\.0\.1)(:[1-9]\d{1,4})?")  # a page being written on the server itself
MOST_SITES = 50

# The roles of access/roles.py that a person can hold; a test keeps them equal.
STAFF_ROLES = ("council", "supervisor", "command", "hr", "professional_standards", "analyst", "admin")

SETTINGS: tuple[Setting, ...] = (
    Setting("agency.name", "Your agency", "The agency's name, as it stands on every page."),
    Setting("agency.area", "", "Code of the agency's own area in the population table; empty takes the only area there is."),
    Setting("agency.latitude", 0.0, "Latitude for sunset and dusk where stops carry no coordinates; 0 means not set.", floor=-90, ceiling=90),
    Setting("agency.longitude", 0.0, "Longitude for sunset and dusk where stops carry no coordinates; 0 means not set.", floor=-180, ceiling=180),
    Setting("groups.reference", "white", "The group that every other group is compared with.", shown=True),
    Setting(
        "multirace",
        "hispanic_first",
        "How a person with several race flags is counted: Hispanic plus anything is Hispanic, or several of any are Multiracial (California DOJ).",
        choices=("hispanic_first", "doj"),
        shown=True,
    ),
    Setting("complaints.target_days", 180, "A complaint should be decided within so many days: the agency's own rule (180 is an example).", floor=1),
    Setting("complaints.min_cases", 30, "Shares and times of complaints need so many cases.", floor=1),
    Setting("complaints.min_decisions", 10, "The time to a decision needs so many decided cases.", floor=1),
    Setting("cameras.release_days", 45, "Footage should be released within so many days: the law's limit (45 is an example).", floor=1),
    Setting(
        "cameras.clock",
        "request",
        "When the clock for the release of footage starts: with the request, or with the incident.",
        choices=("request", "incident"),
    ),
    Setting("cameras.min_events", 10, "Shares of recordings and releases need so many events; fewer are listed.", floor=1),
    Setting("rates.min_n", 30, "Rates on fewer trials than this are shown with caution.", floor=1),
    Setting("rates.months_coverage", 0.50, "A month counts as observed when this share of its rows has the needed fields.", floor=0, ceiling=1),
    Setting("rates.months_min_stops", 50, "A month of stops counts as observed from this many stops.", floor=0),
    Setting("rates.exact_below", 10, "Below this many events a rate ratio uses the exact mid-P interval.", floor=0),
    Setting(
        "benchmark.max_cv",
        (0.30, 0.50),
        "Benchmarks whose coefficient of variation exceeds the first are shown with caution, the second refused.",
    ),
    Setting(
        "outcome.searches",
        "opp",
        "Which searches enter the outcome test.",
        choices=("opp", "ripa_high", "sdut", "all"),
        shown=True,
    ),
    Setting("outcome.min_per_place", 50, "A place enters the stratified outcome test with this many searches in each compared group.", floor=1),
    Setting("outcome.min_places", 3, "The stratified outcome test needs this many places.", floor=2),
    Setting(
        "outcome.contraband",
        "any",
        "What counts as a hit: anything recorded as contraband, or weapons and drugs only.",
        choices=("any", "weapons_drugs"),
    ),
    Setting("threshold.priors", "estimated", "The prior family of the threshold test.", choices=("estimated", "published"), shown=True),
    Setting("threshold.scales", (0.5, 1.0, 1.5), "The threshold test is repeated with its prior scales multiplied by each of these."),
    Setting("threshold.min_stops", 1000, "A location enters the threshold test from this many stops.", floor=1),
    Setting("threshold.min_hits", 100, "A group enters the threshold test from this many hits.", floor=1),
    Setting("darkness.sun", "noaa", "How sunset and dusk are computed.", choices=("noaa", "suncalc"), shown=True),
    Setting(
        "darkness.shift_minutes",
        2,
        "The veil of darkness is repeated with dusk moved by up to this many minutes either way.",
        floor=0,
        ceiling=15,
    ),
    Setting(
        "darkness.window",
        "place_year",
        "The inter-twilight window is taken per place and year, or over the whole file.",
        choices=("place_year", "file"),
    ),
    Setting(
        "darkness.edges",
        "inclusive",
        "Whether stops in the very minutes of sunset and dusk are set aside (inclusive) or kept as light and dark (strict).",
        choices=("inclusive", "strict"),
    ),
    Setting("darkness.df", 6, "Degrees of freedom of the clock-time spline.", floor=3, ceiling=8),
    Setting(
        "darkness.calendar",
        "smooth",
        "How the veil of darkness holds the time of year fixed: a smooth curve of the date, or a step per season and year as published.",
        choices=("smooth", "season"),
        shown=True,
    ),
    Setting("darkness.knots", 6, "Knots per year of the smooth curve of the date.", floor=2, ceiling=12),
    Setting(
        "adjusted.outcome",
        "searched",
        "The decision that comparable stops are compared on.",
        choices=("searched", "arrest_made", "frisked", "force_used"),
    ),
    Setting("adjusted.min_clusters", 40, "Officer-clustered errors need this many officers.", floor=2),
    Setting("adjusted.events_per_term", 10, "An adjusted model needs this many events for each coefficient.", floor=1),
    Setting(
        "matched.balance",
        (0.10, 0.05, 100.0),
        "Largest standardised difference, largest KS distance and smallest effective sample of a matched comparison.",
    ),
    Setting("family.q", 0.05, "The false discovery rate at which a difference stands out.", floor=0.0, ceiling=0.5),
    Setting("peers.ratio", 1.5, "An officer is for review when the ratio to peers exceeds this with enough certainty.", floor=1, ceiling=10),
    Setting("peers.certainty", 0.80, "How sure it must be that an officer's ratio exceeds peers.ratio.", floor=0.5, ceiling=0.999),
    Setting("peers.min_events", 3, "An officer with fewer events than this is never for review.", floor=1),
    Setting("peers.min_expected", 1.0, "Below this expected count there is not enough work to compare an officer.", floor=0.1),
    Setting("peers.window_months", 24, "How many months back officers are compared; fixed before anybody looks.", floor=6, ceiling=120),
    Setting("peers.fixed_force", 5, "The classic threshold shown beside: so many uses of force in 12 months.", floor=1),
    Setting("peers.fixed_complaints", 3, "The classic threshold shown beside: so many complaints in 12 months.", floor=1),
    Setting("power.target", 0.80, "The chance with which the printed gap would have been noticed.", floor=0.5, ceiling=0.99),
    Setting("trend.min_periods", 36, "A seasonal band needs this many months.", floor=12),
    Setting("trend.before_after", (24.0, 12.0), "A policy is judged by its trend with this many months before and after it."),
    Setting("release.min_persons", 5, "Published counts below this are withheld. No role may lower it.", floor=5),
    Setting("release.min_denominator", 30, "No published rate on a denominator below this. No role may lower it.", floor=30),
    Setting(
        "open_data.licence", "CC0-1.0", "Licence of the published tables, as an SPDX name.", choices=("CC0-1.0", "CC-BY-4.0", "PDDL-1.0", "ODbL-1.0")
    ),
    Setting(
        "open_data.framed_by",
        "",
        "Web sites that may show our public charts in a frame, joined by commas: www.example-news.com, *.example.gov. Empty: none may.",
        quiet=True,
        sites=True,
    ),
    Setting("library.max_mb", 20, "A document larger than this is not taken into the library.", floor=1, ceiling=100),
    Setting("import.timezone", "America/New_York", "The agency's time zone: timestamps that carry an offset are moved to it.", shown=True),
    Setting("import.max_quarantine_share", 0.02, "A file with a larger share of ragged rows than this is refused whole.", floor=0, ceiling=1),
    Setting("import.max_expanded_mb", 200, "A workbook that unpacks to more than this is refused.", floor=1),
    Setting("import.sensitive_flags", False, "Whether perceived disability, LGBT, language and housing flags are imported at all."),
    Setting("uk.ethnicity", "officer", "Whose judgement the ethnicity of UK stops is taken from.", choices=("officer", "self"), shown=True),
    Setting(
        "ctrp3.other_search",
        "other",
        "How Connecticut's search authority 'O' is read; the Stanford project reads it as probable cause.",
        choices=("other", "probable_cause"),
    ),
    Setting(
        "survey.forms_per_minute", 60, "From one network at most this many survey forms are taken in a minute; a library may need more.", floor=1
    ),
    Setting("survey.min_staff", 5, "Staff see survey results of at least this many people. No role may lower it.", floor=5),
    Setting("survey.min_public", 10, "The public and the council see survey results of at least this many people. No role may lower it.", floor=10),
    Setting("survey.min_comments", 10, "Comments of a place and wave are shown from this many on. No role may lower it.", floor=10),
    Setting("text.min_staff", 5, "Staff see a theme, and a theme of a place, from this many comments on. No role may lower it.", floor=5),
    Setting("text.min_public", 10, "The public and the council see a theme from this many comments on. No role may lower it.", floor=10),
    Setting("themes.count", 12, "How many groups of words are looked for when themes are discovered.", floor=6, ceiling=20),
    Setting("themes.min_comments", 300, "Themes are discovered from this many comments on; below, only the codebook is used.", floor=50),
    Setting(
        "text.keep_original",
        "until judged",
        "How long a comment is kept as it was written, encrypted: until a reviewer has judged it, never beyond reading (not at all: the reviewer "
        "then sees the redacted text only), or always.",
        choices=("until judged", "never", "always"),
    ),
    Setting(
        "text.area_period",
        "year",
        "Over which time comments are counted by area: a calendar year, once it is over, or each wave by itself.",
        choices=("year", "wave"),
    ),
    Setting(
        "sign_in.second_factor",
        "",
        "The roles that ask for a second factor when their holders sign in; whoever has none yet turns it on then.",
        choices=STAFF_ROLES,
        several=True,
    ),
    Setting("employee.min_people", 10, "Staff results are shown of at least this many people. No role may lower it.", floor=10),
    Setting("employee.min_comments", 20, "Comments of staff are shown from this many a wave on. No role may lower it.", floor=20),
    Setting("employee.days_between", 28, "Days between two surveys that ask staff the same question. No role may lower it.", floor=28),
    Setting(
        "employee.keep_answers",
        False,
        "Whether staff answers are kept sealed after their results are frozen. Off, they are destroyed: what is not there cannot be asked for.",
    ),
    Setting(
        "employee.crisis_line",
        "988 Suicide & Crisis Lifeline: call or text 988, day and night.",
        "The crisis line at the end of employee surveys and on the wellness page.",
    ),
    Setting("employee.peer_support", "", "Your own peer support or counseling, with phone number, beside the crisis line."),
    Setting("session.idle_minutes", 30, "A signed-in person is signed out after this long without activity.", floor=1, ceiling=720),
    Setting("session.absolute_hours", 12, "A signed-in person is signed out after this long in any case.", floor=1, ceiling=72),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def _coerced(setting: Setting, value: object) -> Value:
    """The value in the setting's own type, or SettingError with the sentence to show."""
    default = setting.default
    try:
        if isinstance(default, bool):
            text = str(value).strip().lower()
            if text not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
                raise ValueError(text)
            return text in {"true", "1", "yes", "on"}
        if isinstance(default, int):
            return int(str(value))
        if isinstance(default, float):
            return float(str(value))
        if isinstance(default, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            numbers = tuple(float(part) for part in parts)  # type: ignore[attr-defined]
            if len(numbers) != len(default):
                raise ValueError(f"{len(default)} numbers are needed")
            return numbers
    except (TypeError, ValueError) as error:
        raise SettingError(f"'{value}' is not a value for {setting.name}.", hint=f"The default is {setting.default}.") from error
    return str(value)


def _several(setting: Setting, text: str) -> str:
    """Any of the choices, in their order, joined by commas."""
    given = {part.strip() for part in text.split(",") if part.strip()}
    if unknown := sorted(given - set(setting.choices)):
        raise SettingError(f"'{unknown[0]}' is not a value for {setting.name}.", hint=f"Choose from: {', '.join(setting.choices)}.")
    return ",".join(choice for choice in setting.choices if choice in given)


def _sites(setting: Setting, text: str) -> str:
    """Web sites as a browser's policy names them: https and a host, a port if need be; each once, joined by a comma and a blank."""
    given = [part.strip().lower().rstrip("/") for part in text.split(",") if part.strip()]
    for one in given:
        if not (SITE.fullmatch(one) or THIS_MACHINE.fullmatch(one)):
            raise SettingError(
                f"'{one[:60]}' is not a web site that {setting.name} can name.",
                hint="Write hosts, such as www.example-news.com or *.example.gov; other letters than a to z as xn--; no http, no path, no bare *.",
            )
    found = dict.fromkeys(one if "://" in one else f"https://{one}" for one in given)
    if len(found) > MOST_SITES:
        raise SettingError(f"{setting.name} takes at most {MOST_SITES} web sites.")
    return ", ".join(found)


def checked(name: str, value: object) -> Value:
    """Which value does this setting really take? Raises SettingError on an unknown name or a value outside its limits."""
    if name not in BY_NAME:
        raise SettingError(f"There is no setting named '{name}'.", hint="Settings are listed in docs/settings.md.")
    setting = BY_NAME[name]
    result = _coerced(setting, value)
    if setting.sites:
        return _sites(setting, str(result))
    if setting.several:
        return _several(setting, str(result))
    if setting.choices and result not in setting.choices:
        raise SettingError(f"'{result}' is not a value for {name}.", hint=f"Choose one of: {', '.join(setting.choices)}.")
    for number in result if isinstance(result, tuple) else (result,):
        if isinstance(number, bool) or not isinstance(number, int | float):
            continue
        if not math.isfinite(number):
            raise SettingError(f"'{number}' is not a value for {name}.", hint=f"The default is {setting.default}.")
        if setting.floor is not None and number < setting.floor:
            raise SettingError(f"{name} may not be lower than {setting.floor:g}.")
        if setting.ceiling is not None and number > setting.ceiling:
            raise SettingError(f"{name} may not be higher than {setting.ceiling:g}.")
    return result


@dataclass(frozen=True, slots=True)
class Settings(Mapping[str, Value]):
    """All settings in force: defaults, with `changed` laid over them. Hashable, so that a cache can key on it."""

    changed: tuple[tuple[str, Value], ...] = field(default=())

    @classmethod
    def of(cls, changes: Mapping[str, object] | None = None) -> Settings:
        """Settings with these changes over the defaults, each checked."""
        pairs = ((name, checked(name, value)) for name, value in (changes or {}).items())
        return cls(tuple(sorted(pair for pair in pairs if pair[1] != BY_NAME[pair[0]].default)))

    def with_changes(self, changes: Mapping[str, object]) -> Settings:
        """The same settings with further changes laid over."""
        return Settings.of({**dict(self.changed), **changes})

    def __getitem__(self, name: str) -> Value:
        for key, value in self.changed:
            if key == name:
                return value
        if name not in BY_NAME:
            raise KeyError(name)
        return BY_NAME[name].default

    def __iter__(self) -> Iterator[str]:
        return iter(BY_NAME)

    def __len__(self) -> int:
        return len(BY_NAME)

    def text(self, name: str) -> str:
        """A setting that is a word."""
        return str(self[name])

    def number(self, name: str) -> float:
        """A setting that is one number."""
        value = self[name]
        if isinstance(value, str | tuple):
            raise SettingError(f"{name} is not one number.")
        return float(value)

    def numbers(self, name: str) -> tuple[float, ...]:
        """A setting that is several numbers."""
        value = self[name]
        if not isinstance(value, tuple):
            raise SettingError(f"{name} is not a list of numbers.")
        return value


DEFAULTS = Settings()
