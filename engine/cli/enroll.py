"""`wend enroll JOURNEY --csv FILE`: a file's people into a journey, by the REST API, a batch at a time.

Every row has an idempotency key made from the file, so that the same command again goes on where it was cut short: whoever is in
already is a duplicate. Rows that did not come in are written to a report, by their line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from engine.cli.documents import JsonOption
from engine.cli.exits import UsageError, end_with_problems
from engine.cli.people_csv import PeopleFile, Row
from engine.cli.remote import Remote, RemoteError, find_place
from engine.cli.show import note, progress, say, say_json
from engine.errors import EngineError
from engine.journey.fields import ID_PATTERN

PANEL = "Server"
#: One transaction of the server; a tenth of a second.
BATCH_ROWS = 1_000
_IN = frozenset({"enrolled", "already_enrolled", "duplicate"})
_PLACE = re.compile(r"^/body/participants/(\d+)(/.*)?$")


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel=PANEL)(enroll)


def enroll(
    journey: Annotated[str, typer.Argument(metavar="JOURNEY", help="The journey's id.")],
    file: Annotated[
        Path, typer.Option("--csv", metavar="FILE", exists=True, dir_okay=False, help="The people: a column `address`, and what you know.")
    ],
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Where rows that did not come in are written to.")
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="A name for this enrolment; the same file under another name enrolls again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Enroll everybody of a CSV file. Interrupted, the same command goes on; nobody comes in twice by it.

    Columns: address, id (the address, without one), time_zone, locale, user, passage_key; attributes.NAME, user.NAME, context.NAME; any
    other is an attribute. Values are texts, but where the heading ends in :number, :boolean or :json. An empty cell says nothing.
    """
    if not re.fullmatch(ID_PATTERN, journey):
        raise UsageError(f"{journey!r} is no journey's id: those are small letters, digits, - and _.")
    if file.is_file() and file.stat().st_size == 0:
        raise UsageError(f"{file} is empty.")
    people = PeopleFile(file, batch)
    total = people.count()
    report = report or file.with_name(f"{file.stem}.report.csv")
    counts: Counter[str] = Counter()
    cut_short: KeyboardInterrupt | EngineError | None = None
    with Remote(find_place()) as remote, progress(f"enrolling into {journey}", total) as shown, Report(report) as told:
        try:
            for rows in _batches(people.rows()):
                for row, status, reason in _enroll(remote, journey, rows):
                    counts[status] += 1
                    if status not in _IN:
                        told.add(row.line, status, reason)
                shown.advance(shown.task_ids[0], len(rows))
        except (KeyboardInterrupt, EngineError) as error:
            cut_short = error
    _say_counts(counts, None if told.is_empty else report, as_json=as_json)
    if total == 0:
        note(f"There is nobody in {file}: it is a heading without rows.")
    if counts and cut_short is not None:
        note("Cut short: the same command goes on; those who are in stay in.")
    if isinstance(cut_short, EngineError):
        raise cut_short
    if cut_short is not None or not told.is_empty:
        end_with_problems()


class Report:
    """A file of rows that did not come in; it exists only if there are any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everybody came in."""
        return self._file is None

    def __enter__(self) -> Report:
        if not self._path.parent.is_dir():
            raise UsageError(f"There is no folder {self._path.parent} for the report.")
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: int, status: str, reason: str | None) -> None:
        """Write down one row, at once."""
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(("line", "status", "reason"))
        csv.writer(self._file).writerow((line, status, reason or ""))
        self._file.flush()


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


def _enroll(remote: Remote, journey: str, rows: Sequence[Row]) -> Iterator[tuple[Row, str, str | None]]:
    """What became of each row. Rows that the server cannot even read are put aside, and the others sent again."""
    left = [row for row in rows if row.participant is not None]
    yield from ((row, "invalid", row.fault) for row in rows if row.participant is None)
    while left:
        try:
            body = {"participants": [row.participant for row in left]}
            answers: Sequence[Any] = remote.post(f"/v1/journeys/{journey}/participants", body)["results"]
        except RemoteError as error:
            unreadable = _unreadable(error)
            if not unreadable:
                yield from _halved(remote, journey, left, error)
                return
            yield from ((left[place], "invalid", reason) for place, reason in unreadable.items())
            left = [row for place, row in enumerate(left) if place not in unreadable]
        else:
            yield from ((row, answer["status"], answer["reason"]) for row, answer in zip(left, answers, strict=True))
            return


def _halved(remote: Remote, journey: str, rows: Sequence[Row], error: RemoteError) -> Iterator[tuple[Row, str, str | None]]:
    """What became of the rows of a batch that was refused as a whole: too large, or holding what no server reads, nobody says where."""
    if error.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        raise error
    if len(rows) == 1:
        yield rows[0], "invalid", error.message
        return
    middle = len(rows) // 2
    yield from _enroll(remote, journey, rows[:middle])
    yield from _enroll(remote, journey, rows[middle:])


def _unreadable(error: RemoteError) -> dict[int, str]:
    """The rows of a refused batch that were the reason, by their place in it."""
    found: dict[int, str] = {}
    for problem in error.problems:
        place = _PLACE.match(problem.pointer)
        if place is not None:
            found.setdefault(int(place[1]), f"{(place[2] or '').lstrip('/')}: {problem.message}")
    return found


def _say_counts(counts: Counter[str], report: Path | None, *, as_json: bool) -> None:
    if as_json:
        say_json({"counts": dict(counts), "report": None if report is None else str(report)})
        return
    for status, count in sorted(counts.items()):
        say(f"{count:>10,} {status.replace('_', ' ')}")
    if counts["duplicate"] and not counts["enrolled"]:
        say("This file was enrolled before. To enroll it again, name the new enrolment: --batch NAME.")
    if report is not None:
        say(f"Who did not come in is in {report}, by line.")
