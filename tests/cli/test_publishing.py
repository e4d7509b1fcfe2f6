"""`wend plan`, `apply` and `pull` against a real server."""

import json
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI, Response

from api.deployment import Deployment
from engine.run.keys import DEFAULT_PROJECT
from engine.store import journeys
from tests.cli.conftest import Wend
from tests.support.serving import serve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two of our journeys and all templates."""
    folder = tmp_path / "repository"
    (folder / "journeys").mkdir(parents=True)
    for name in ("welcome", "abandoned-basket"):
        shutil.copy(f"journeys/{name}.json", folder / "journeys")
    shutil.copytree("templates", folder / "templates")
    return folder


def change(file: Path, **steps: object) -> None:
    """Change steps of a journey's file."""
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "steps": {**document["steps"], **steps}}))


def test_apply_publishes_everything_and_then_nothing(wend: Wend, server: Deployment, folder: Path) -> None:
    planned = wend("plan", str(folder))
    first = wend("apply", str(folder))
    again = wend("apply", str(folder))

    assert planned.code == 0
    assert "+ journey welcome is new: its first version" in planned.out
    assert "+ template welcome is new" in planned.out
    assert first.code == 0
    assert "journey welcome: version 1 is published" in first.out
    assert (again.code, again.out) == (0, "Everything was published already.\n")
    assert wend("plan", str(folder), "--exit-code").code == 0


def test_plan_says_what_changed_and_ends_with_1_when_asked(wend: Wend, server: Deployment, folder: Path) -> None:
    wend("apply", str(folder))
    change(folder / "journeys/welcome.json", settle={"type": "wait", "for": "P3D", "next": "cooked"})

    planned = wend("plan", str(folder), "--exit-code")

    assert planned.code == 1
    assert "~ journey welcome: version 2" in planned.out
    assert "step settle: for 2 days → 3 days" in planned.out
    assert wend("plan", str(folder)).code == 0


def test_a_changed_template_names_the_journeys_it_concerns(wend: Wend, server: Deployment, folder: Path, tmp_path: Path) -> None:
    wend("apply", str(folder))
    (folder / "templates/welcome/body.txt").write_text("Hello. {{ links.unsubscribe }}")
    only_templates = tmp_path / "other"
    shutil.copytree(folder, only_templates)
    (only_templates / "journeys/welcome.json").unlink()

    here, elsewhere = wend("plan", str(folder)), wend("plan", str(only_templates))
    applied = wend("apply", str(folder), "--json").json

    assert "~ template welcome: text" in here.out
    assert "~ journey welcome: version 2" in here.out
    assert "template welcome: the new content" in here.out
    assert "welcome goes on sending version 1 of welcome until it is published again" in elsewhere.out
    assert "welcome is on the server and not here: it stays as it is" in elsewhere.out
    assert applied["templates"] == {"welcome": 2}
    assert [journey["version"] for journey in applied["journeys"]] == [2]
    assert wend("apply", str(folder)).out == "Everything was published already.\n"


def test_a_template_published_meanwhile_still_concerns_its_journey(wend: Wend, server: Deployment, folder: Path) -> None:
    """The server's newest content is the folder's already, as when the server reads the same folder: the journey sends the old one."""
    wend("apply", str(folder))
    (folder / "templates/welcome/body.txt").write_text("Hello. {{ links.unsubscribe }}")
    (folder / "journeys/welcome.json").rename(folder / "welcome.json")
    wend("apply", str(folder))
    (folder / "welcome.json").rename(folder / "journeys/welcome.json")

    planned = wend("plan", str(folder), "--json").json

    assert [(template["name"], template["parts"], template["concerns"]) for template in planned["templates"]] == [
        ("welcome", [], {"welcome": 1})
    ]
    assert [(journey["id"], journey["templates"]) for journey in planned["journeys"]] == [("welcome", ["welcome"])]


def test_apply_with_problems_publishes_nothing_at_all(wend: Wend, server: Deployment, folder: Path) -> None:
    change(folder / "journeys/welcome.json", praise={"type": "email", "template": "nothing", "next": "week"})

    ended = wend("apply", str(folder))

    assert ended.code == 1
    assert "There is no template 'nothing'." in ended.out
    assert "Nothing was published." in ended.err
    assert wend("plan", str(folder)).code == 1
    with server.database.read() as connection:
        assert not journeys.list_in_states(connection, ("live", "paused", "stopped"))


def test_apply_touches_no_draft_and_stops_nothing(wend: Wend, server: Deployment, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wend("apply", str(folder))
    from engine.run.drafts import DraftChange

    server.drafts.write(DEFAULT_PROJECT, "welcome", DraftChange('{"name": "Mine"}'))
    (folder / "journeys/abandoned-basket.json").unlink()
    change(folder / "journeys/welcome.json", settle={"type": "wait", "for": "P3D", "next": "cooked"})

    wend("apply", str(folder))

    kept = server.drafts.read(DEFAULT_PROJECT, "welcome")
    assert kept is not None
    assert json.loads(kept.source) == {"name": "Mine"}
    with server.database.read() as connection:
        assert journeys.read_state(connection, DEFAULT_PROJECT, "abandoned-basket") == "live"


def test_pull_writes_what_apply_published_byte_for_byte(wend: Wend, server: Deployment, folder: Path, tmp_path: Path) -> None:
    wend("apply", str(folder))

    pulled = wend("pull", str(tmp_path / "pulled"))
    again = wend("pull", str(tmp_path / "pulled"))

    assert pulled.code == 0
    for name in ("journeys/welcome.json", "templates/welcome/body.html", "templates/welcome/body.txt"):
        assert (tmp_path / "pulled" / name).read_bytes() == (folder / name).read_bytes()
    assert again.out == "Nothing differs.\n"
    assert wend("plan", str(tmp_path / "pulled"), "--exit-code").code == 0


def test_pull_takes_drafts_when_asked(wend: Wend, server: Deployment, folder: Path, tmp_path: Path) -> None:
    from engine.run.drafts import DraftChange

    wend("apply", str(folder))
    draft = {**json.loads((folder / "journeys/welcome.json").read_text()), "name": "Another name"}
    server.drafts.write(DEFAULT_PROJECT, "welcome", DraftChange(json.dumps(draft)))

    wend("pull", str(tmp_path / "pulled"), "--drafts")

    assert json.loads((tmp_path / "pulled/journeys/welcome.json").read_text())["name"] == "Another name"


def test_without_a_server_the_way_to_one_is_told(wend: Wend, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.cli.remote.RETRY_SECONDS", ())
    monkeypatch.setenv("WEND_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WEND_API_KEY", "wend_some-key-that-is-long")

    ended = wend("plan", str(folder))

    assert ended.code == 1
    assert "No server answers at http://127.0.0.1:9" in ended.err
    assert "`wend up`" in ended.err


def test_without_a_key_the_way_to_one_is_told(wend: Wend, folder: Path) -> None:
    ended = wend("plan", str(folder))

    assert ended.code == 1
    assert "There is no API key" in ended.err


def test_a_wrong_key_is_told(wend: Wend, server: Deployment, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_API_KEY", "wend_not-a-key-of-this-server")

    ended = wend("plan", str(folder))

    assert ended.code == 1
    assert "API key is not valid" in ended.err


def test_apply_tells_programs_what_is_wrong_as_json(wend: Wend, server: Deployment, folder: Path) -> None:
    (folder / "journeys/welcome.json").write_text("nope")

    ended = wend("apply", str(folder), "--json")

    assert ended.code == 1
    (problems,) = ended.json["problems"].values()
    assert problems[0]["code"] == "invalid_json"


@pytest.mark.parametrize("said", ["<html>", "{}", "[]", "null", ""])
def test_whoever_is_not_wend_is_told_as_that(wend: Wend, folder: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    stranger = FastAPI()
    stranger.get("/{path:path}")(lambda: Response(said))
    monkeypatch.setenv("WEND_API_KEY", "wend_key")
    with serve(stranger) as url:
        monkeypatch.setenv("WEND_URL", url)

        ended = wend("plan", str(folder))

    assert ended.code == 1
    assert f"Whoever answers at {url} is not Wend" in ended.err
