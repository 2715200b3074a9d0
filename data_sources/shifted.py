"""Have the cells of a row slid into other columns, as after an unquoted comma? Told by values that are strange here and at home next door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import numpy as np
import pyarrow as pa

from data_sources.base import Check
from data_sources.batches import FEW, FILE
from data_sources.coded import Coded, Column, Lexicon, Numbers, Truths, encoded
from data_sources.headers import raw_name
from data_sources.tables import ROW

LAGS = (1, -1, 2, -2, 3, -3)  # columns to the right, or to the left
NUMBERS = ("", "one column", "two columns", "three columns")
FEWEST = 30  # filled cells from which a column has habits
RARE = 0.002  # a word on fewer cells than this share is strange
COVERED = 0.97  # a column is told by its usual cells when they are so many of all
GUESTS = 0.02  # what stands on fewer cells may have slid in from next door
COMMONER = 20  # where it is so many times as common
VAGUE = frozenset({"y", "n", "yes", "no", "true", "false", "other", "none", "unknown", "not specified", "null", "(null)", "na", "n/a", "0", "1"})
LONGEST = 60  # letters; longer cells are free text
MOST_WORDS, MOST_SHAPES, MOST_VALUES = 100, 8, 5_000
AT_HOME = 2
EVIDENCE = 2  # strange cells for which the shift must account
DOUBTFUL = 0.05  # of the rows strange: the habits were learnt from another kind of rows, and are learnt anew


@dataclass(frozen=True, slots=True)
class Habit:
    """What usually stands in a column, each with its share of the filled cells: words, and the shapes of numbers, dates and codes.

    `padded` when cells begin with blanks anyway.
    """

    words: Mapping[str, float]
    shapes: Mapping[str, float]
    padded: bool

    def holds(self, cell: str) -> bool:
        """Would this cell be nothing unusual here?"""
        return not cell or cell.casefold() in self.words or ((shape := _shape(cell)) != "" and shape in self.shapes)

    def led(self, cell: str | None) -> bool:
        """Does the cell begin with a blank where others do not?"""
        return cell is not None and cell[:1] == " " and not self.padded and bool(cell.strip())

    def apart_from(self, other: Habit) -> bool:
        """Have the two columns no word and no shape in common?"""
        return self.words.keys().isdisjoint(other.words) and self.shapes.keys().isdisjoint(other.shapes)

    def without_guests(self, others: Sequence[Habit]) -> Habit:
        """The habit without what is rare here and common next door: many rows may have slid in the same way."""

        def own(name: str, share: float, next_door: Sequence[Mapping[str, float]]) -> bool:
            return share >= GUESTS or name in VAGUE or not any(shares.get(name, 0.0) >= COMMONER * share for shares in next_door)

        words = {name: share for name, share in self.words.items() if own(name, share, [one.words for one in others])}
        shapes = {name: share for name, share in self.shapes.items() if own(name, share, [one.shapes for one in others])}
        return Habit(words, shapes, self.padded)


def _shape(cell: str) -> str:
    """How a cell with digits is built: `09/19/2016` is 9/9/9, `6th District` is 9a a; '' for a cell without digits."""
    if len(cell) > LONGEST or not any(map(str.isdigit, cell)):
        return ""
    return re.sub(r"a( a)+", "a", re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell)))


def _habit(codes: Numbers, values: Sequence[str | None]) -> Habit | None:
    """The habit of a column, if it has one: few words and shapes that nearly all of its cells keep to."""
    counts = np.bincount(codes, minlength=len(values)).tolist()
    words: dict[str, int] = {}
    shapes: dict[str, int] = {}
    filled = padded = 0
    for value, count in zip(values, counts, strict=True):
        cell = (value or "").strip()
        if cell and count:
            shape = _shape(cell)
            kinds, name = (shapes, shape) if shape else (words, cell.casefold())
            kinds[name] = kinds.get(name, 0) + count
            filled += count
            padded += count if value and value[0] == " " else 0
    if filled < FEWEST:
        return None
    least = max(2.0, RARE * filled)
    usual = [{name: count / filled for name, count in kinds.items() if count >= least} for kinds in (words, shapes)]
    covered = sum(sum(kinds.values()) for kinds in usual)
    if covered < COVERED or len(usual[0]) > MOST_WORDS or len(usual[1]) > MOST_SHAPES:
        return None
    return Habit(usual[0], usual[1], padded >= GUESTS * filled)


@dataclass(slots=True)
class Shifts:
    """The habits of the columns of one stream, learnt from its first rows, and the rows that have slid. `checks` are the reasons met so far."""

    habits: list[Habit | None] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    _odd: dict[int, tuple[Lexicon, Numbers]] = field(default_factory=dict)

    def found(self, text: Mapping[str, Column], rows: int) -> dict[str, Truths]:
        """For each reason the rows of this batch that have slid. Where nothing is strange, only the different values are looked at."""
        names = [name for name in text if name not in {ROW, FILE}]
        columns = [_coded(text[name], rows) for name in names]
        if not self.habits:
            self._learn(columns)
        doubtful = self._suspects(columns, rows)
        if len(doubtful) > DOUBTFUL * rows:
            self._learn(columns)
            doubtful = self._suspects(columns, rows)
        found: dict[str, Truths] = {}
        for row in doubtful:
            shift = _shift([_cell(text[name], row) for name in names], self.habits)
            if shift:
                check = _check(names[shift[0]], shift[1])
                self.checks.setdefault(check.code, check)
                found.setdefault(check.code, np.zeros(rows, bool))[row] = True
        return found

    def _learn(self, columns: Sequence[Coded | None]) -> None:
        """The habit of each column from these rows."""
        self._odd.clear()
        short = [column if column is not None and len(column.lexicon) <= MOST_VALUES else None for column in columns]
        self.habits = [_habit(column.codes, column.lexicon.values.to_pylist()) if column is not None else None for column in short]
        beside = [self._beside(place) for place in range(len(self.habits))]
        self.habits = [habit and habit.without_guests(others) for habit, others in zip(self.habits, beside, strict=True)]

    def _beside(self, place: int) -> list[Habit]:
        """The habits of the columns from which cells may have slid into this one."""
        return [one for lag in LAGS if 0 <= place - lag < len(self.habits) and (one := self.habits[place - lag])]

    def _suspects(self, columns: Sequence[Coded | None], rows: int) -> list[int]:
        """Rows with enough strange cells, one of them at home in a column next door."""
        strange, homes = np.zeros(rows, np.int32), np.zeros(rows, bool)
        for place, column in enumerate(columns):
            habit = self.habits[place]
            if habit and column is not None:
                odd = self._told(place, column, habit)
                if odd.any():
                    cells = odd[column.codes]
                    strange += cells > 0
                    homes |= cells == AT_HOME
        return [int(row) for row in np.flatnonzero(homes & (strange >= EVIDENCE))]

    def _told(self, place: int, column: Coded, habit: Habit) -> Numbers:
        """For each different value of a column: 0 where it is usual, 1 where it is strange or led by a blank, 2 where it is at home next door."""
        others = [other for other in self._beside(place) if habit.apart_from(other)]
        lexicon, known = self._odd.get(place, (column.lexicon, np.zeros(0, np.int32)))
        known = known if lexicon is column.lexicon else known[:0]
        told = list(known)
        for value in column.lexicon.values.slice(len(known)).to_pylist():
            cell = (value or "").strip()
            if habit.holds(cell):
                told.append(int(habit.led(value)))
            else:
                told.append(AT_HOME if any(other.holds(cell) for other in others) else 1)
        numbers = np.array(told, np.int32)
        self._odd[place] = column.lexicon, numbers
        return numbers


def _coded(column: Column, rows: int) -> Coded | None:
    """The column as numbers of values; None for one of many rows that was not coded, because its values do not repeat."""
    if isinstance(column, Coded):
        return column
    if rows > FEW:
        return None
    codes, values = encoded([column])
    lexicon = Lexicon(pa.string())
    lexicon.values = values
    return Coded(codes, lexicon)


def _cell(column: Column, row: int) -> str:
    """The text of one cell."""
    value = column.lexicon.values[int(column.codes[row])] if isinstance(column, Coded) else column[row]
    return value.as_py() or ""


def _shift(cells: Sequence[str], habits: Sequence[Habit | None]) -> tuple[int, int] | None:
    """From which column on, and by how many columns, has this row slid? The shift that accounts for most strange cells; None when none does.

    After moving back nothing may be strange, one cell at least must have come home from a column that has nothing in common with its own, and the
    shift must account for two strange cells (a blank at the beginning counts: it follows an unquoted comma).
    """
    texts = [cell.strip() for cell in cells]
    odd = [place for place, habit in enumerate(habits) if habit and (not habit.holds(texts[place]) or habit.led(cells[place]))]
    found: list[tuple[int, int, int]] = []
    for evidence, first in zip(range(len(odd), EVIDENCE - 1, -1), odd, strict=False):
        for lag in LAGS:
            if lag > 0 and first > 0 and _at_home(texts, habits, range(first + lag, len(texts)), lag):
                found.append((evidence, first - 1, lag))
            if lag < 0 and not any(texts[lag:]) and _at_home(texts, habits, range(first, len(texts) + lag), lag):
                found.append((evidence, first, lag))
        if found:
            return found[0][1:]
    return None


def _at_home(texts: Sequence[str], habits: Sequence[Habit | None], places: range, lag: int) -> bool:
    """Would all these cells be usual where they came from, and one of them only there?"""
    returned = False
    for place in places:
        here, home = habits[place], habits[place - lag]
        if home is None or not texts[place]:
            continue
        if not home.holds(texts[place]):
            return False
        returned = returned or (here is not None and not here.holds(texts[place]) and here.apart_from(home))
    return returned


def _check(header: str, lag: int) -> Check:
    """The reason in words."""
    way = "right" if lag > 0 else "left"
    sentence = f"Values appear moved {NUMBERS[abs(lag)]} to the {way} from '{header}'."
    return Check(f"shifted_{way}_{abs(lag)}_from_{raw_name(header).removeprefix('raw_')}", sentence, ibis.literal(True), header)
