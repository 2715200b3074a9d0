"""How do text columns become flags, codes, dates, times, numbers and sets? A small vocabulary of Ibis expressions."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence

import ibis
import ibis.expr.types as ir

from dashboard.errors import MappingError
from data_sources.base import Context
from data_sources.engine_functions import on_local_clock, sha256, strptime
from data_sources.headers import fold

__all__ = [
    "MISSING",
    "Fields",
    "clock",
    "code",
    "contains_any",
    "flag",
    "fold",
    "local_date",
    "number",
    "once",
    "pseudonym",
    "stamp_to_zone",
    "words_set",
]

MISSING: tuple[str, ...] = (
    *("", "NULL", "(NULL)", "NA", "N/A", "NAN", "NA:NA", ".", "-", "----", "*", "**", "#N/A", "NO DATE", "MISSING DATE", "SELECT"),
)
YES: tuple[str, ...] = ("true", "t", "yes", "y", "1", "1.0")
NO: tuple[str, ...] = ("false", "f", "no", "n", "0", "0.0")
TEXT, FLAG = "string", "boolean"


def nothing(kind: str = TEXT) -> ir.Value:
    """An empty value of a type."""
    return ibis.null(kind)


def once(value: ir.Value, body: Callable[[ir.Value], ir.Value]) -> ir.Value:
    """The body over a value that is computed once, however often the body uses it.

    Expressions are trees: without this, a long reading of a long expression would be written out, planned and held in memory many times over.
    """
    return ibis.array([value]).map(body)[0]


def trimmed(cell: ir.StringValue) -> ir.StringValue:
    """The cell without blanks around it. Most have none: two comparisons with the first sign that is no blank are far quicker than trimming."""
    return ibis.ifelse((cell >= "!") & (cell.right(1) >= "!"), cell, cell.strip())


class Fields:
    """The text columns of one export, found by any of several spellings; cells are trimmed and missing tokens are empty.

    Case, punctuation, blanks and the debris of a byte-order mark do not count in a header. A column that is not there reads as empty throughout.
    """

    def __init__(self, table: ir.Table, missing: Sequence[str] = MISSING) -> None:
        self.table = table
        self.missing = tuple(token.upper() for token in missing)
        self._headers: dict[str, str] = {}
        for header in table.columns:
            self._headers.setdefault(fold(header), header)

    def header(self, *names: str) -> str | None:
        """The file's own header for the first of these spellings that is there."""
        return next((self._headers[fold(name)] for name in names if fold(name) in self._headers), None)

    def headers(self, *names: str) -> tuple[str, ...]:
        """The file's own headers for all of these that are there."""
        return tuple(self._headers[fold(name)] for name in names if fold(name) in self._headers)

    def starting(self, prefix: str) -> tuple[str, ...]:
        """The file's own headers that begin with a prefix."""
        return tuple(header for folded, header in self._headers.items() if folded.startswith(fold(prefix)))

    def has(self, *names: str) -> bool:
        """Whether one of these columns is there."""
        return self.header(*names) is not None

    def __call__(self, *names: str) -> ir.StringValue:
        """Trimmed text of the first of these columns that is there; missing tokens are empty."""
        header = self.header(*names)
        if header is None:
            return nothing()
        cell = trimmed(self.table[header])
        return ibis.ifelse(cell.upper().isin(self.missing), nothing(), cell.nullif(""))

    def first_filled(self, *names: str) -> ir.StringValue:
        """The first of these columns that is filled in the row."""
        found = [self(name) for name in names if self.has(name)]
        return ibis.coalesce(*found) if found else nothing()


def code(column: ir.StringValue, values: Mapping[str, str], default: str | None = "unknown") -> ir.StringValue:
    """Which canonical word stands for this cell? Case does not count; what is not listed becomes `default`."""
    groups: dict[str, list[str]] = {}
    for raw, word in values.items():
        groups.setdefault(word, []).append(" ".join(raw.lower().split()))
    rest = nothing() if default is None else ibis.literal(default)
    if not groups:
        return rest
    return once(column.lower(), lambda cell: ibis.cases(*((cell.isin(raws), ibis.literal(word)) for word, raws in groups.items()), else_=rest))


def flag(column: ir.StringValue, true: Iterable[str] = YES, false: Iterable[str] = NO) -> ir.BooleanValue:
    """Yes, no, or not recorded? What is in neither list is not recorded."""
    yes, no = [word.lower() for word in true], [word.lower() for word in false]
    return once(
        column.lower(), lambda cell: ibis.cases((cell.isin(yes), ibis.literal(True)), (cell.isin(no), ibis.literal(False)), else_=nothing(FLAG))
    )


def surely(value: ir.BooleanValue) -> ir.BooleanValue:
    """A three-state flag read as: recorded, and yes."""
    return value.fill_null(False)


def contains_any(column: ir.StringValue, *parts: str) -> ir.BooleanValue:
    """Does the cell contain one of these, whatever the case? False for an empty cell."""
    folded = column.lower().fill_null("")
    return ibis.or_(*(folded.contains(part.lower()) for part in parts))


def words_set(members: Mapping[str, ir.BooleanValue]) -> ir.StringValue:
    """The words whose condition holds, sorted and joined by '|'; empty when none does."""
    if not members:
        return nothing()
    parts = [ibis.ifelse(surely(members[word]), ibis.literal(word), nothing()) for word in sorted(members)]
    return ibis.literal("|").join(parts).nullif("")


def number(column: ir.StringValue) -> ir.FloatingValue:
    """The number in this cell, thousands separators and blanks taken out; empty when it is none."""
    return once(column, lambda cell: cell.try_cast("float64").coalesce(cell.re_replace("[,\\s\u00a0\u202f']", "").try_cast("float64")))


def whole(column: ir.StringValue) -> ir.IntegerValue:
    """The whole number in this cell; `23.0` is 23, `23.7` is nothing."""
    fits = once(number(column), lambda value: ibis.ifelse((value == value.round()) & (value.abs() < 2_000_000_000), value, nothing("float64")))
    return fits.try_cast("int32")


# A two-digit year is tried before a four-digit one: "5/22/18" must not become the year 18.
_BY_ORDER: Mapping[str, tuple[str, ...]] = {
    "mdy": tuple(f"%m{mark}%d{mark}{year}" for mark in "/-." for year in ("%y", "%Y")),
    "dmy": tuple(f"%d{mark}%m{mark}{year}" for mark in "/-." for year in ("%y", "%Y")),
    "ymd": ("%Y/%m/%d", "%Y.%m.%d"),
}
_IN_WORDS = (
    *("%A, %B %d, %Y", "%A, %d %B %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y"),
    *("%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y", "%Y-%b-%d", "%Y%m%d"),
)
_TIME_BEHIND = r"[T ]+\d{1,2}:\d{1,2}.*$"
_OFFSET = r"\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|z|UTC|[+-]\d\d(:?\d\d)?)$"
_FIRST_YEAR = 1000  # below this a "year" is a misread day or a fragment


def _known_zone(zone: str) -> str:
    """The zone's name, if there is such a zone."""
    try:
        return zoneinfo.ZoneInfo(zone).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(f"There is no time zone '{zone}'.", hint="Use a name such as America/Chicago or Europe/London.") from error


def local_date(column: ir.StringValue, order: str = "mdy", format_: str = "") -> ir.DateValue:
    """Which day does this cell name? ISO first, then numbers in the given order (mdy, dmy, ymd), months in words, Excel serial days.

    A time behind the date is cut off; the day is taken as written (`stamp_to_zone` moves stamps that carry an offset).
    """
    if order not in _BY_ORDER:
        raise MappingError(f"'{order}' is not an order of day, month and year.", hint="Write mdy, dmy or ymd.")
    return once(column, lambda cell: _day(cell, ([format_] if format_ else []) + [*_BY_ORDER[order], *_IN_WORDS], format_))


def _day(column: ir.StringValue, formats: list[str], format_: str) -> ir.DateValue:
    """The day by each way of writing it; the first that fits counts."""
    text = column.re_replace(_TIME_BEHIND, "").re_replace(r"\s+", " ").strip()
    serial = text.re_extract(r"^(\d{5})(\.\d+)?$", 1).nullif("").try_cast("int64")
    excel = ibis.literal("1899-12-30").cast("timestamp") + serial.as_interval("D")
    parsed = strptime(text, ibis.literal(formats)).cast("date")
    parsed = ibis.ifelse(parsed.year() >= _FIRST_YEAR, parsed, nothing("date"))
    whole_text = strptime(column, ibis.literal([format_])).cast("date") if format_ else nothing("date")
    iso = ibis.ifelse(column.re_search(r"^\d{4}-\d{1,2}-\d{1,2}"), column.substr(0, 10).try_cast("date"), nothing("date"))
    return ibis.coalesce(iso, whole_text, ibis.ifelse(serial.notnull(), excel.cast("date"), parsed))


def clock(column: ir.StringValue) -> ir.StringValue:
    """Which local time (HH:MM) does this cell name? `9:05`, `8:18:00 PM`, `905`, `5` (00:05), `24:00` (00:00), a date in front is cut off.

    `0.3541667` is a spreadsheet's share of a day, 08:30.
    """
    return once(column, _time)


def _time(column: ir.StringValue) -> ir.StringValue:
    """The quick way for `HH:MM` and `HH:MM:SS`, then the long way."""
    hour, minute = column.substr(0, 2), column.substr(3, 2)
    whole_clock = (column.length() == 5) | ((column.length() == 8) & (column.substr(5, 1) == ":"))
    plain = (column.substr(2, 1) == ":") & whole_clock & hour.between("00", "23") & minute.between("00", "59")
    return ibis.ifelse(plain.fill_null(False), column.substr(0, 5), _odd_clock(column))


_WITH_COLON = r"(?:^|[T ])(\d{1,2}:\d{1,2})(?::\d{1,2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?$"


def _odd_clock(column: ir.StringValue) -> ir.StringValue:
    """The long way: the digits of hour and minute by pattern, then checked as one number such as 2018."""
    half = ibis.ifelse(column.re_search(r"[Pp]\.?[Mm]\.?\s*$"), 12, ibis.ifelse(column.re_search(r"[Aa]\.?[Mm]\.?\s*$"), 0, -1))
    packed = column.re_extract(r"^(\d{1,4})(\.0)?$", 1).nullif("")
    colon = column.re_extract(_WITH_COLON, 1).nullif("")
    hours = colon.re_extract(r"^(\d+)", 1).coalesce(packed.lpad(4, "0").substr(0, 2)).try_cast("int32")
    minutes = colon.re_extract(r"(\d+)$", 1).coalesce(packed.lpad(4, "0").substr(2, 2)).try_cast("int32")
    parts = ibis.struct({"hours": hours, "minutes": minutes, "half": half.cast("int32")})
    share = column.re_extract(r"^0?(\.\d+)$", 1).nullif("").try_cast("float64")
    whole_day = (share * 1440).round().cast("int32")
    return once(whole_day.coalesce(once(parts, _minute_of_day)), _written)


def _minute_of_day(parts: ir.StructValue) -> ir.IntegerValue:
    """Minutes since midnight; 24:00 is 1440, parts that are no time are -1."""
    hours, minutes, half = parts["hours"], parts["minutes"], parts["half"]
    wrong = (minutes > 59) | (hours * 60 + minutes > 1440) | ((half >= 0) & (hours > 12) & (half == 0))
    turned = ibis.ifelse((half >= 0) & (hours <= 12), hours % 12 + half, hours)
    return ibis.ifelse(wrong, -1, turned * 60 + minutes).cast("int32")


def _written(minute: ir.IntegerValue) -> ir.StringValue:
    """Minutes since midnight as HH:MM; 24:00 is 00:00."""
    hours = (minute // 60) % 24
    text = hours.cast(TEXT).lpad(2, "0") + ":" + (minute % 60).cast(TEXT).lpad(2, "0")
    return ibis.ifelse(minute >= 0, text, nothing())


def stamp_to_zone(
    column: ir.StringValue, zone: str, order: str = "mdy", assume_utc: bool = False, format_: str = ""
) -> tuple[ir.DateValue, ir.StringValue]:
    """The local date and time of a stamp. Stamps with an offset (`Z`, `+00:00`) are moved to the named zone, daylight saving included.

    A stamp without an offset is local as it stands, unless `assume_utc` says that the source writes UTC throughout.
    """
    known = _known_zone(zone)
    stamp = once(column, lambda cell: _local_stamp(cell, known, order, assume_utc, format_))
    return stamp["day"], stamp["time"]


def _local_stamp(column: ir.StringValue, zone: str, order: str, assume_utc: bool, format_: str) -> ir.StructValue:
    """The local day and time of one stamp."""
    moved = column.re_search(_OFFSET).fill_null(False)
    instant = column.re_replace(r"\s*(UTC|z)$", "Z").re_replace(r"([+-]\d\d)(\d\d)$", r"\1:\2")
    if assume_utc:
        instant = ibis.ifelse(moved, instant, instant + "Z")
        moved = column.re_search(r"\d:\d\d").fill_null(False)
    local = on_local_clock(zone, ibis.ifelse(moved, instant, nothing()).try_cast("timestamp('UTC')"))
    day = ibis.ifelse(moved, local.cast("date"), local_date(column, order, format_))
    stamp = ibis.ifelse(moved, local.strftime("%H:%M"), ibis.ifelse(column.contains(":"), clock(column), nothing()))
    return ibis.struct({"day": day, "time": stamp})


def pseudonym(column: ir.StringValue, context: Context, scope: str = "officer") -> ir.StringValue:
    """A keyed hash in place of a badge or person number: the same person keeps it, nobody without the site's key can find the number.

    SHA-256 over the site's key, the scope and the folded number, cut to 64 bits; blanks and case in a number do not count.
    """
    key = ibis.literal(f"{context.site_key.hex()}:{scope}:")
    folded = column.upper().re_replace(r"\s+", "").nullif("")
    return ibis.ifelse(folded.notnull(), sha256(key + folded).substr(0, 16), nothing())
