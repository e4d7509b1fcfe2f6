"""People in a CSV file, as rows of the enroll call. Knows columns and texts; must not know a server.

A column is `address`, `id` (the address, if there is none), `time_zone`, `locale`, `user`, `passage_key`; `attributes.<name>`,
`user.<name>`, `context.<name>`; or any other name, which is an attribute. Values are texts, because nothing is coerced, unless the
heading ends in `:number`, `:boolean` or `:json`. An empty cell says nothing.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from pathlib import Path

import orjson

from engine.cli.exits import UsageError

#: A heading is shorter than this; enough to see what it is cut at.
HEADING_CHARACTERS = 64 * 1024
PLAIN = ("address", "id", "time_zone", "locale", "user", "passage_key")
PLACES = ("attributes", "user", "context")


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the file."""

    #: The line of the file at which it ends; the heading is line 1.
    line: int
    #: As the API takes it; None where the row cannot be meant.
    participant: dict[str, object] | None
    #: Why not.
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """Where the cells of a column belong."""

    heading: str
    #: One of PLAIN or PLACES.
    place: str
    #: The attribute; None for a plain column.
    name: str | None
    read: Callable[[str], object]


class PeopleFile:
    """A CSV file, opened as often as needed: its rows are never all in memory."""

    def __init__(self, path: Path, batch: str | None = None) -> None:
        if not path.is_file():
            raise UsageError(f"{path} is no file: it is read more than once.")
        self._path = path
        self._batch = batch or _digest_of(path)
        self._delimiter = ","
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                self._delimiter = _delimiter_of(file.readline(HEADING_CHARACTERS))
        except UnicodeDecodeError as error:
            raise self._not_utf_8() from error
        _, heading = next(self._lines(), (1, []))
        self.columns = read_columns(heading)

    def count(self) -> int:
        """How many rows there are. Raises UsageError where the file is not CSV in UTF-8: before anybody of it came in."""
        return sum(any(cells) for _, cells in self._lines()) - 1

    def rows(self) -> Iterator[Row]:
        """Every row with content; raises UsageError where the file stops being CSV in UTF-8."""
        seen: Counter[str] = Counter()
        lines = self._lines()
        next(lines)
        for line, cells in lines:
            if any(cells):
                yield self._row(line, cells, seen)

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Every row, the heading too, and the line at which it ends."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            ended_at = 0
            try:
                for cells in reader:
                    ended_at = reader.line_num
                    yield ended_at, cells
            except UnicodeDecodeError as error:
                raise self._not_utf_8() from error
            except csv.Error as error:
                raise UsageError(f"{self._path} is not CSV where its line {ended_at + 1} begins: {_explained(error)}.") from error

    def _not_utf_8(self) -> UsageError:
        """Reading is by blocks: only a second look finds the line."""
        with self._path.open("rb") as file:
            number = next((number for number, line in enumerate(file, 1) if not _is_utf_8(line)), 1)
        return UsageError(f"{self._path} is not CSV in UTF-8: its line {number} cannot be read. Save the file as UTF-8.")

    def _row(self, line: int, cells: Sequence[str], seen: Counter[str]) -> Row:
        if len(cells) > len(self.columns):
            return Row(line, None, f"It has {len(cells)} cells, and the heading has {len(self.columns)}.")
        try:
            participant = read_participant(self.columns, cells)
        except ValueError as error:
            return Row(line, None, str(error))
        text = json.dumps(participant, sort_keys=True)
        seen[text] += 1
        # the same file again gives the same keys, wherever it was cut short; the same person twice in it, two
        key = sha256(f"{self._batch}|{seen[text]}|{text}".encode()).hexdigest()[:32]
        return Row(line, {**participant, "idempotency_key": f"csv-{key}"})


def read_columns(heading: Sequence[str]) -> tuple[Column, ...]:
    """What each heading means; raises UsageError for headings that cannot be meant."""
    columns = tuple(_column(text.strip()) for text in heading)
    places = [(column.place, column.name) for column in columns]
    twice = next((column.heading for column in columns if places.count((column.place, column.name)) > 1), None)
    if twice is not None:
        raise UsageError(f"The column {twice!r} comes twice.")
    if ("address", None) not in places:
        raise UsageError("There is no column `address`. The first line has to name the columns.")
    return columns


def read_participant(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, object]:
    """One row as the API takes it; a ValueError says what is wrong with it."""
    plain: dict[str, str] = {}
    bags: dict[str, dict[str, object]] = {place: {} for place in PLACES}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if text and column.name is None:
            plain[column.place] = text
        elif text and column.name is not None:
            bags[column.place][column.name] = _read(column, text)
    if "address" not in plain:
        raise ValueError("It has no address.")
    if bags["user"] and "user" not in plain:
        raise ValueError("It has attributes of a user, and no user.")
    endpoint: dict[str, object] = {"id": plain.get("id", plain["address"]), "address": plain["address"], "attributes": bags["attributes"]}
    endpoint |= {name: plain[name] for name in ("time_zone", "locale") if name in plain}
    if "user" in plain:
        endpoint["user"] = {"id": plain["user"], "attributes": bags["user"]}
    passage = {"passage_key": plain["passage_key"]} if "passage_key" in plain else {}
    return {"endpoint": endpoint, "context": bags["context"], **passage}


def _column(text: str) -> Column:
    name, sign, kind = text.rpartition(":")
    readers: Mapping[str, Callable[[str], object]] = {"number": _number, "boolean": _boolean, "json": orjson.loads}
    if not sign or kind not in readers:
        name, kind = text, ""
    read = readers.get(kind, str)
    if name in PLAIN:
        return Column(text, name, None, str)
    place, dot, rest = name.partition(".")
    if dot and place in PLACES:
        return Column(text, place, rest, read)
    if not name:
        raise UsageError("A column has no heading.")
    return Column(text, "attributes", name, read)


def _read(column: Column, text: str) -> object:
    try:
        return column.read(text)
    except ValueError:
        raise ValueError(f"{column.heading}: {text[:50]!r} is not that.") from None


def _number(text: str) -> int | float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("no number")
    try:
        return int(text)
    except ValueError:
        return number


def _boolean(text: str) -> bool:
    answers = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in answers:
        raise ValueError("neither true nor false")
    return answers[text.lower()]


def _delimiter_of(heading: str) -> str:
    """The character that the heading is cut at."""
    return max(",;\t|", key=heading.count)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _explained(error: csv.Error) -> str:
    """What Python says of a file, as whoever made it understands it."""
    said = str(error)
    if "unexpected end" in said or "field limit" in said:
        return f"a quotation mark is not closed, or a cell has more than {csv.field_size_limit():,} characters"
    return said


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
