"""API keys: what a key may, and that its secret is nowhere."""

from __future__ import annotations

import pytest

from engine.errors import InvalidInputError, NotFoundError, UnauthenticatedError
from engine.run import keys
from engine.store import api_keys as statements
from engine.store.database import Database


def test_a_key_is_found_by_its_secret(database: Database) -> None:
    made, secret = keys.make_key(database, "default", name="ci", role="author")

    assert keys.find_key(database, secret) == made
    assert keys.find_key_by_id(database, "default", made.id) == made


def test_the_database_holds_no_secret(database: Database) -> None:
    made, secret = keys.make_key(database, "default", name="ci", role="author")

    with database.read() as connection:
        row = statements.by_id(connection, "default", made.id)

    assert row is not None
    assert secret not in repr(row)
    assert len(row.digest) == 32


def test_a_revoked_key_opens_nothing(database: Database) -> None:
    made, secret = keys.make_key(database, "default", name="ci", role="author")

    keys.revoke_key(database, "default", made.id)

    with pytest.raises(UnauthenticatedError):
        keys.find_key(database, secret)
    with pytest.raises(UnauthenticatedError):
        keys.find_key_by_id(database, "default", made.id)
    with pytest.raises(NotFoundError):
        keys.revoke_key(database, "default", made.id)


def test_an_unknown_key_opens_nothing(database: Database) -> None:
    with pytest.raises(UnauthenticatedError):
        keys.find_key(database, "wend_" + "x" * 43)


def test_a_key_of_another_project_cannot_be_revoked(database: Database) -> None:
    made, _ = keys.make_key(database, "one", name="ci", role="read")

    with pytest.raises(NotFoundError):
        keys.revoke_key(database, "two", made.id)


def test_adopting_a_secret_twice_makes_one_key(database: Database) -> None:
    first = keys.adopt_key(database, "default", name="bootstrap", role="operate", secret="chosen-by-somebody-1")
    second = keys.adopt_key(database, "default", name="bootstrap", role="operate", secret="chosen-by-somebody-1")

    assert first == second
    assert keys.list_keys(database, "default") == [first]


def test_an_adopted_secret_stays_in_its_project(database: Database) -> None:
    keys.adopt_key(database, "one", name="bootstrap", role="operate", secret="chosen-by-somebody-1")

    with pytest.raises(InvalidInputError):
        keys.adopt_key(database, "two", name="bootstrap", role="operate", secret="chosen-by-somebody-1")


@pytest.mark.parametrize("wrong", [{"role": "god"}, {"name": ""}, {"secret": "short"}])
def test_a_key_with_wrong_parts_is_refused(sqlite_database: Database, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        keys.adopt_key(sqlite_database, "default", **({"name": "n", "role": "read", "secret": "x" * 30} | wrong))


def test_each_role_includes_those_before_it(sqlite_database: Database) -> None:
    author, _ = keys.make_key(sqlite_database, "default", name="a", role="author")

    assert [role for role in keys.ROLES if author.may(role)] == ["ingest", "read", "author"]
