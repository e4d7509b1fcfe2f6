"""`wend enroll`: everybody of a file comes in once, and who does not is named by line."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from api.deployment import Deployment
from engine.cli import enroll as command
from engine.cli.exits import UsageError
from engine.cli.people_csv import PeopleFile, read_columns, read_participant
from engine.run import lifecycle
from engine.run.keys import DEFAULT_PROJECT
from engine.run.publish import Wish, publish
from engine.run.templates import TemplateContent
from engine.store import endpoints
from tests.cli.conftest import Wend
from tests.support.journeys import document


@pytest.fixture
def welcome(server: Deployment) -> Deployment:
    """A server with a journey `welcome`."""
    server.templates.write(DEFAULT_PROJECT, "hello", TemplateContent(subject="Hello", text="Hello"))
    source = json.dumps(document({"mail": {"type": "email", "template": "hello"}}))
    publish(server.database, server.drafts, server.templates, project=DEFAULT_PROJECT, journey_id="welcome", wish=Wish(source=source))
    return server


def write(path: Path, *lines: str) -> Path:
    """A file of these lines."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def many(count: int) -> Iterable[str]:
    """So many people, below a heading."""
    return ("address", *(f"p{number}@example.com" for number in range(count)))


def report_of(path: Path) -> list[dict[str, str]]:
    """A report's rows."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_comes_in_with_what_is_known_of_them(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    people = write(
        tmp_path / "people.csv",
        "id;address;plan;age:number;vip:boolean;tags:json;user;user.city;context.order;time_zone",
        'ada;ada@example.com;pro;36;yes;"[""a"", ""b""]";u1;London;A-1;Europe/Berlin',
        ";bob@example.com;;;;;;;;",
    )

    ended = wend("enroll", "welcome", "--csv", str(people))

    assert ended.code == 0
    assert "2 enrolled" in ended.out
    with welcome.database.read() as connection:
        found = endpoints.find(connection, DEFAULT_PROJECT, ["ada", "bob@example.com"])
    ada, bob = found["ada"], found["bob@example.com"]
    assert dict(ada.attributes) == {"plan": "pro", "age": 36, "vip": True, "tags": ["a", "b"]}
    assert (ada.time_zone, ada.user_id) == ("Europe/Berlin", "u1")
    assert dict(bob.attributes) == {}


def test_the_same_file_again_enrolls_nobody_and_another_batch_says_so(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    people = write(tmp_path / "people.csv", *many(5))
    wend("enroll", "welcome", "--csv", str(people))

    again = wend("enroll", "welcome", "--csv", str(people))
    renamed = wend("enroll", "welcome", "--csv", str(people), "--batch", "second", "--json")

    assert again.code == 0
    assert "5 duplicate" in again.out
    assert "--batch NAME" in again.out
    assert renamed.json["counts"] == {"already_enrolled": 5}


def test_bad_rows_are_reported_by_line_and_the_others_come_in(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    people = write(
        tmp_path / "people.csv",
        "id,address,age:number",
        "a,a@example.com,1",
        "b,not an address,2",
        "c,c@example.com,many",
        f"{'d' * 300},d@example.com,4",
        "e,,5",
        "f,f@example.com,6,7",
        "g,g@example.com,7",
    )

    ended = wend("enroll", "welcome", "--csv", str(people))

    assert ended.code == 1
    assert "2 enrolled" in ended.out
    assert "5 invalid" in ended.out
    rows = sorted((int(row["line"]), row["status"]) for row in report_of(tmp_path / "people.report.csv"))
    assert rows == [(line, "invalid") for line in (3, 4, 5, 6, 7)]
    reasons = {row["line"]: row["reason"] for row in report_of(tmp_path / "people.report.csv")}
    assert "age:number: 'many'" in reasons["4"]
    assert "endpoint/id" in reasons["5"]
    assert reasons["6"] == "It has no address."


def test_a_report_of_an_earlier_call_is_gone_when_everybody_comes_in(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    report = write(tmp_path / "people.report.csv", "line,status,reason", "3,invalid,old")

    wend("enroll", "welcome", "--csv", str(write(tmp_path / "people.csv", *many(2))))

    assert not report.exists()


def test_interrupted_it_goes_on_where_it_was(wend: Wend, welcome: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes while the second batch's answer is on its way: its people are in, and nobody comes in twice."""
    monkeypatch.setattr(command, "BATCH_ROWS", 10)
    people = write(tmp_path / "people.csv", *many(25))
    answers = command.Remote.post
    calls = []

    def post(remote: command.Remote, path: str, body: object) -> object:
        answer = answers(remote, path, body)
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return answer

    with monkeypatch.context() as interrupting:
        interrupting.setattr(command.Remote, "post", post)
        cut = wend("enroll", "welcome", "--csv", str(people))
    rest = wend("enroll", "welcome", "--csv", str(people), "--json")

    assert cut.code == 1
    assert "10 enrolled" in cut.out
    assert "the same command goes on" in cut.err
    assert rest.json["counts"] == {"duplicate": 20, "enrolled": 5}


def test_an_unknown_journey_is_told(wend: Wend, server: Deployment, tmp_path: Path) -> None:
    ended = wend("enroll", "nothing", "--csv", str(write(tmp_path / "people.csv", *many(1))))

    assert ended.code == 1
    assert "nothing" in ended.err


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("id,plan", "no column `address`"),
        ("address,plan,plan", "comes twice"),
        ("address,,plan", "no heading"),
    ],
)
def test_headings_that_cannot_be_meant_are_wrong_usage(wend: Wend, server: Deployment, tmp_path: Path, heading: str, reason: str) -> None:
    ended = wend("enroll", "welcome", "--csv", str(write(tmp_path / "people.csv", heading, "a,b,c")))

    assert ended.code == 2
    assert reason in ended.err


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"address\n" + b"a@example.com\n" * 10_000 + "jürgen@example.com\n".encode("latin-1"), "its line 10002 cannot be read"),
        ("address\nä@example.com\n".encode("latin-1"), "its line 2 cannot be read"),
        ("address\na@example.com\n".encode("utf-16"), "its line 1 cannot be read"),
        (b'address,name\na@example.com,A\nb@example.com,"B\nc@example.com,C\n', "where its line 3 begins: a quotation mark is not closed"),
        (b"address,name\na@example.com,A\nb@example.com," + b"x" * 200_000, "its line 3 begins: a quotation mark is not closed, or a cell"),
        (b"address," + b"x" * 200_000, "its line 1 begins"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_is_no_csv_is_wrong_usage_and_nobody_comes_in(
    wend: Wend, welcome: Deployment, tmp_path: Path, content: bytes, place: str
) -> None:
    people = tmp_path / "people.csv"
    people.write_bytes(content)

    ended = wend("enroll", "welcome", "--csv", str(people))

    assert ended.code == 2
    assert place in ended.err
    with welcome.database.read() as connection:
        assert not endpoints.sample_ids(connection, DEFAULT_PROJECT, 1)


def test_a_heading_without_rows_is_nobody(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    ended = wend("enroll", "welcome", "--csv", str(write(tmp_path / "people.csv", "address,name")))

    assert ended.code == 0
    assert "There is nobody in" in ended.err


@pytest.mark.parametrize(
    "bad",
    ["NUL\x00", "[" * 70 + "]" * 70, "[" * 50_000, "NaN", '"\\ud800"', "1" + "0" * 400],
    ids=["NUL", "deep", "open", "NaN", "half", "huge"],
)
def test_a_cell_that_no_server_reads_keeps_nobody_else_out(wend: Wend, welcome: Deployment, tmp_path: Path, bad: str) -> None:
    kind = "" if "\x00" in bad else ":json"
    people = tmp_path / "people.csv"
    with people.open("w", newline="") as file:
        csv.writer(file).writerows([("address", f"a{kind}"), ("a@example.com", "1"), ("b@example.com", bad), ("c@example.com", "3")])

    ended = wend("enroll", "welcome", "--csv", str(people), "--json")

    assert ended.code == 1
    assert ended.json["counts"] == {"enrolled": 2, "invalid": 1}
    assert [row["line"] for row in report_of(tmp_path / "people.report.csv")] == ["3"]


def test_a_batch_that_is_too_large_is_sent_in_parts(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    people = write(tmp_path / "people.csv", "address,a", *(f"p{number}@example.com,{'x' * 120_000}" for number in range(300)))

    ended = wend("enroll", "welcome", "--csv", str(people), "--json")

    assert ended.json["counts"] == {"enrolled": 300}


def test_who_is_in_is_told_when_the_server_refuses_the_rest(
    wend: Wend, welcome: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "BATCH_ROWS", 10)
    answers = command.Remote.post
    calls = []

    def post(remote: command.Remote, path: str, body: object) -> object:
        calls.append(path)
        if len(calls) == 2:
            lifecycle.stop(welcome.database, DEFAULT_PROJECT, "welcome")
        return answers(remote, path, body)

    monkeypatch.setattr(command.Remote, "post", post)
    ended = wend("enroll", "welcome", "--csv", str(write(tmp_path / "people.csv", *many(25))))

    assert ended.code == 1
    assert "10 enrolled" in ended.out
    assert "is stopped: it cannot enroll" in ended.err


@pytest.mark.parametrize("journey", ["We lcome", "../welcome", "welcome/participants", ""])
def test_what_is_no_id_is_wrong_usage(wend: Wend, welcome: Deployment, tmp_path: Path, journey: str) -> None:
    ended = wend("enroll", journey, "--csv", str(write(tmp_path / "people.csv", *many(1))))

    assert ended.code == 2
    assert "is no journey's id" in ended.err


def test_a_report_into_no_folder_is_refused_before_anybody_comes_in(wend: Wend, welcome: Deployment, tmp_path: Path) -> None:
    people = write(tmp_path / "people.csv", *many(1))

    assert wend("enroll", "welcome", "--csv", str(people), "--report", str(tmp_path / "nowhere/report.csv")).code == 2
    assert "1 enrolled" in wend("enroll", "welcome", "--csv", str(people)).out


def test_the_same_person_twice_in_a_file_has_two_keys_and_the_same_file_the_same(tmp_path: Path) -> None:
    people = write(tmp_path / "people.csv", "address", "a@example.com", "a@example.com", "b@example.com")

    keys = [row.participant["idempotency_key"] for row in PeopleFile(people).rows() if row.participant]

    assert len(set(keys)) == 3
    assert keys == [row.participant["idempotency_key"] for row in PeopleFile(people).rows() if row.participant]


def test_rows_over_several_lines_are_named_by_their_last(tmp_path: Path) -> None:
    people = write(tmp_path / "people.csv", "address,note", 'a@example.com,"two', 'lines"', "b@example.com,one")

    assert [row.line for row in PeopleFile(people).rows()] == [3, 4]


@pytest.mark.parametrize(
    ("heading", "cells", "endpoint"),
    [
        (["address", "a:b"], ["x@y.de", "1"], {"a:b": "1"}),
        (["address", "score:number"], ["x@y.de", "1.5"], {"score": 1.5}),
        (["address", "attributes.id"], ["x@y.de", "7"], {"id": "7"}),
        (["address", "vip:boolean"], ["x@y.de", "No"], {"vip": False}),
        (["address", "list:json"], ["x@y.de", "[1]"], {"list": [1]}),
        (["address", "plan"], ["x@y.de", " "], {}),
    ],
)
def test_cells_are_texts_unless_the_heading_says_otherwise(heading: list[str], cells: list[str], endpoint: dict) -> None:
    assert read_participant(read_columns(heading), cells)["endpoint"]["attributes"] == endpoint


@pytest.mark.parametrize("text", ["nan", "inf", "1,5", ""])
def test_a_number_is_a_number(text: str) -> None:
    columns = read_columns(["address", "age:number"])
    if text:
        with pytest.raises(ValueError, match="age:number"):
            read_participant(columns, ["x@y.de", text])
    else:
        assert read_participant(columns, ["x@y.de", text])["endpoint"]["attributes"] == {}


def test_no_address_column_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        read_columns(["id"])
