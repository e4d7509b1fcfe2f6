"""`wend keys` and `wend migrate`, on an installation of this machine."""

from pathlib import Path

import pytest

from engine.errors import UnauthenticatedError
from engine.roles.home import Home
from engine.run.keys import ensure_project, find_key
from engine.store.database import Database
from tests.cli.conftest import Wend


@pytest.fixture
def installation(wend: Wend, tmp_path: Path) -> Home:
    """A migrated installation with its secrets."""
    home = Home(tmp_path / "home")
    home.make()
    home.ensure_secret(None)
    assert wend("migrate").code == 0
    database = Database(f"sqlite:///{home.folder}/wend.db")
    ensure_project(database)
    database.close()
    return home


def opened(home: Home) -> Database:
    """The installation's database."""
    return Database(f"sqlite:///{home.folder}/wend.db")


def test_a_made_key_works_until_it_is_revoked(wend: Wend, installation: Home) -> None:
    made = wend("keys", "make", "shop", "--role", "ingest", "--json").json
    database = opened(installation)

    assert find_key(database, made["key"]).role == "ingest"
    listed = wend("keys", "list", "--json").json["results"]
    assert [(key["name"], key["role"], key["revoked_at"]) for key in listed] == [("shop", "ingest", None)]
    assert made["key"] not in str(listed)

    assert wend("keys", "revoke", made["id"]).code == 0
    with pytest.raises(UnauthenticatedError):
        find_key(database, made["key"])
    database.close()


def test_a_key_is_printed_alone_so_that_it_can_be_piped(wend: Wend, installation: Home) -> None:
    made = wend("keys", "make", "shop", "--role", "read")

    assert made.out.startswith("wend_")
    assert made.out.count("\n") == 1
    assert "cannot be shown again" in made.err


def test_an_unknown_key_is_told(wend: Wend, installation: Home) -> None:
    ended = wend("keys", "revoke", "0" * 32)

    assert ended.code == 1
    assert "There is no key" in ended.err


def test_an_unknown_role_is_wrong_usage(wend: Wend, installation: Home) -> None:
    assert wend("keys", "make", "shop", "--role", "king").code == 2


def test_a_database_that_is_not_migrated_is_told(wend: Wend) -> None:
    ended = wend("keys", "list")

    assert ended.code == 1
    assert "wend migrate" in ended.err


def test_migrate_says_where_it_stands(wend: Wend, installation: Home) -> None:
    assert "The schema is current." in wend("migrate").err


def test_migrate_gives_people_to_another_clock(wend: Wend, installation: Home) -> None:
    assert "The clock is local now. 0 people" in wend("migrate", "--clock", "local").err
    assert wend("migrate", "--clock", "sundial").code == 2


def test_migrate_is_told_of_a_restore(wend: Wend, installation: Home) -> None:
    said = wend("migrate", "--restored").err

    assert "journey mail that was due before is not sent, but listed as UNKNOWN" in said
    assert "0 people were released" in said
