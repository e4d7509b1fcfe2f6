"""`wend check`, `simulate` and `schema`: what they print, and how they end."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Wend

JOURNEYS = Path("journeys").absolute()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our journeys and templates."""
    shutil.copytree("journeys", tmp_path / "repository/journeys")
    shutil.copytree("templates", tmp_path / "repository/templates")
    return tmp_path / "repository"


def spoil(file: Path, **fields: object) -> None:
    """Change fields of a journey's file."""
    file.write_text(json.dumps({**json.loads(file.read_text()), **fields}))


def test_check_of_good_journeys_ends_with_0(wend: Wend) -> None:
    ended = wend("check", "journeys")

    assert (ended.code, ended.out) == (0, "4 journeys: 0 errors, 0 warnings.\n")


def test_check_of_a_bad_journey_tells_places_and_ends_with_1(wend: Wend, folder: Path) -> None:
    spoil(folder / "journeys/welcome.json", start="gret")

    ended = wend("check", str(folder))

    assert ended.code == 1
    assert "welcome.json:/start" in ended.out
    assert "There is no step 'gret' to start at. Did you mean 'greet'?" in ended.out
    assert "4 journeys: 1 error, 0 warnings." in ended.out


def test_check_looks_at_the_templates_beside_the_journeys(wend: Wend, folder: Path) -> None:
    shutil.rmtree(folder / "templates/welcome-trial")
    (folder / "templates/welcome/body.txt").write_text("{{ endpont.address }}")

    ended = wend("check", str(folder / "journeys/welcome.json"), "--json")

    (journey,) = ended.json["journeys"]
    assert ended.code == 1
    assert {problem["code"] for problem in journey["problems"]} == {"unknown_template", "unknown_template_variable"}


def test_warnings_end_with_1_only_when_strict(wend: Wend, folder: Path) -> None:
    file = folder / "journeys/trial-ending.json"
    spoil(file, exit_when={"type": "event", "event": "trial_started"})

    assert wend("check", str(file)).code == 0
    assert wend("check", str(file), "--strict").code == 1


@pytest.mark.parametrize("words", [["check", "nowhere"], ["check"], ["frobnicate"], ["simulate", "journeys/welcome.json", "-a", "plan"]])
def test_wrong_usage_ends_with_2(wend: Wend, words: list[str]) -> None:
    assert wend(*words).code == 2


def test_a_folder_without_journeys_is_wrong_usage(wend: Wend, tmp_path: Path) -> None:
    ended = wend("check", str(tmp_path))

    assert ended.code == 2
    assert "no journeys" in ended.err


def test_schema_is_the_committed_one(wend: Wend) -> None:
    assert wend("schema").out == (JOURNEYS / "journey.schema.json").read_text("utf-8")


def test_simulate_tells_one_persons_path_with_grounds(wend: Wend) -> None:
    start = ["--start", "2026-05-01T09:00:00Z", "--time-zone", "Europe/Berlin"]

    ended = wend("simulate", "journeys/welcome.json", *start, "-e", "recipe_cooked@P1D", "-a", "plan=plus")

    assert ended.code == 0
    assert "2026-05-03 09:00:00 UTC  (Sun 11:00 local)" in ended.out
    assert "cooked (Cooked a first recipe?)  branched yes" in ended.out
    assert "event recipe_cooked since enrolled: yes" in ended.out
    assert 'plus: plan in ["plus", "family"]: yes, saw "plus"' in ended.out
    assert ended.out.endswith("finished at plan\n")


def test_simulate_takes_a_person_from_a_file_and_adds_to_it(wend: Wend, tmp_path: Path) -> None:
    person = tmp_path / "person.json"
    happening = {"after": "P1D", "event": "order_placed"}
    person.write_text(json.dumps({"person": {"context": {"total": 90}}, "happenings": [happening], "start": "2026-05-01T09:00:00Z"}))

    words = ["simulate", "journeys/abandoned-basket.json", "--person", str(person), "-a", "first_name=Ada", "--json"]
    path = wend(*words).json

    assert [decision["outcome"] for stage in path["stages"] for decision in stage["decisions"]][-1] == "exited"
    assert path["stages"][0]["at"] == "2026-05-01T09:00:00Z"


def test_simulate_counts_a_population_and_the_same_seed_counts_alike(wend: Wend) -> None:
    words = ["simulate", "journeys/win-back.json", "--participants", "200", "--start", "2026-05-01T09:00:00Z", "--seed", "7"]

    first, again = wend(*words, "--json").json, wend(*words, "--json").json
    told = wend(*words)

    assert first == again
    assert first["participants"] == 200
    assert "200 people:" in told.out
    assert "└ held_out" in told.out


def test_simulate_refuses_a_journey_with_errors(wend: Wend, folder: Path) -> None:
    spoil(folder / "journeys/welcome.json", start="gret")

    ended = wend("simulate", str(folder / "journeys/welcome.json"))

    assert ended.code == 1
    assert "Nothing was simulated." in ended.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"nope", "is not JSON: "),
        (b"\xff\xfe", "is not JSON: "),
        (b"[" * 5_000, "is not JSON: "),
        (b"[1]", "is not a JSON object"),
        (
            b'{"person": {"time_zone": "Mars/X"}}',
            "person.time_zone: There is no time zone 'Mars/X'. Use an IANA name such as Europe/Berlin.\n",
        ),
        (b'{"happenings": [{"event": "x", "at": "soon"}]}', "happenings.0.at: 'soon' is not an instant"),
        (b'{"nobody": 1}', "nobody: "),
    ],
)
def test_a_person_that_cannot_be_read_is_wrong_usage(wend: Wend, tmp_path: Path, content: bytes, reason: str) -> None:
    person = tmp_path / "person.json"
    person.write_bytes(content)

    ended = wend("simulate", "journeys/welcome.json", "--person", str(person))

    assert ended.code == 2
    assert reason in ended.err
    assert "Value error" not in ended.err


def test_a_file_that_cannot_be_opened_is_one_line(wend: Wend, folder: Path) -> None:
    (folder / "journeys/gone.json").symlink_to(folder / "nowhere")

    ended = wend("check", str(folder))

    assert ended.code == 1
    assert ended.err == f"wend: {folder}/journeys/gone.json: No such file or directory.\n"
