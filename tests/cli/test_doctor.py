"""`wend doctor`: what is wrong ends with 1, and always comes with the way out."""

from pathlib import Path

import pytest

from engine.roles.home import Home
from engine.run.keys import ensure_project
from engine.store import installation as rows
from engine.store.database import Database
from tests.cli.conftest import Wend


def test_without_a_data_folder_it_says_how_to_get_one(wend: Wend) -> None:
    ended = wend("doctor")

    assert ended.code == 1
    assert "There is no data folder" in ended.out
    assert "`wend up` makes it" in ended.out


def test_a_database_that_is_not_migrated_is_wrong(wend: Wend, tmp_path: Path) -> None:
    Home(tmp_path / "home").make()

    found = wend("doctor", "--json").json

    assert found["wrong"] == 1
    assert [finding["hint"] for finding in found["findings"] if finding["is_wrong"]] == ["Run `wend migrate`."]


def test_an_idle_installation_is_well(wend: Wend, tmp_path: Path) -> None:
    Home(tmp_path / "home").make()
    wend("migrate")
    database = Database(f"sqlite:///{tmp_path}/home/wend.db")
    ensure_project(database)
    with database.write() as connection:
        rows.ensure(connection)
        rows.set_clock(connection, "local", 1)
    database.close()

    ended = wend("doctor")

    assert ended.code == 0
    assert "local, generation 1." in ended.out
    assert ended.out.endswith("All is well.\n")


def test_a_database_that_is_away_is_told(wend: Wend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Home(tmp_path / "home").make()
    monkeypatch.setenv("WEND_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/wend")

    ended = wend("doctor")

    assert ended.code == 1
    assert "database" in ended.out
