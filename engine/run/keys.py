"""API keys: made, recognised and revoked. A key is shown once; the database has its SHA-256 only.

A key is 256 random bits, so a plain digest is enough: there is nothing to guess and nothing to slow down.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from engine.errors import InvalidInputError, NotFoundError, UnauthenticatedError
from engine.store import api_keys as statements
from engine.store import installation
from engine.store.database import Database
from engine.store.ids import new_id

#: Each role may do all that the roles before it may.
ROLES: Final = ("ingest", "read", "author", "operate")
#: Makes a key that leaks recognisable, for secret scanners and for our own redaction.
KEY_PREFIX: Final = "wend_"
KEY_BYTES: Final = 32
#: A bootstrap key somebody chose: shorter ones can be guessed.
MINIMUM_KEY_CHARACTERS: Final = 20
MAXIMUM_KEY_CHARACTERS: Final = 200
DEFAULT_PROJECT: Final = "default"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who calls: a key without its secret."""

    project: str
    id: str
    name: str
    role: str
    created_at: datetime
    revoked_at: datetime | None = None

    def may(self, role: str) -> bool:
        """Whether this key's role includes another."""
        return ROLES.index(self.role) >= ROLES.index(role)


def make_key(database: Database, project: str, *, name: str, role: str) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is never to be had again."""
    secret = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
    return adopt_key(database, project, name=name, role=role, secret=secret), secret


def adopt_key(database: Database, project: str, *, name: str, role: str, secret: str) -> ApiKey:
    """Make somebody's own secret a key, e.g. WEND_BOOTSTRAP_KEY; the same secret twice is one key."""
    _check(name, role, secret)
    row = statements.ApiKeyRow(project, new_id(), name, role, _digest(secret), datetime.now(UTC))
    with database.write() as connection:
        statements.insert(connection, row)
        kept = statements.by_digest(connection, row.digest)
    if kept is None or kept.project != project:
        raise InvalidInputError("This key belongs to another project.", hint="Choose another one.")
    return _key(kept)


def find_key(database: Database, secret: str) -> ApiKey:
    """Say whose key this is; raises UnauthenticatedError for one that is unknown or revoked."""
    digest = _digest(secret)
    with database.read() as connection:
        row = statements.by_digest(connection, digest)
    # The index finds by digest, which tells a guesser nothing; the comparison in constant time costs nothing either.
    if row is None or not hmac.compare_digest(row.digest, digest) or row.revoked_at is not None:
        raise UnauthenticatedError("This API key is not valid.", hint="Make one with `wend keys make`.")
    return _key(row)


def find_key_by_id(database: Database, project: str, key_id: str) -> ApiKey:
    """The key behind a login; raises UnauthenticatedError once it is revoked."""
    with database.read() as connection:
        row = statements.by_id(connection, project, key_id)
    if row is None or row.revoked_at is not None:
        raise UnauthenticatedError("The key of this login was revoked.", hint="Log in again with a new link.")
    return _key(row)


def list_keys(database: Database, project: str) -> list[ApiKey]:
    """All keys of a project, oldest first, revoked ones too."""
    with database.read() as connection:
        return [_key(row) for row in statements.of_project(connection, project)]


def revoke_key(database: Database, project: str, key_id: str) -> None:
    """Make a key worthless from now on; raises NotFoundError when there is no such key."""
    with database.write() as connection:
        if not statements.revoke(connection, project, key_id, datetime.now(UTC)):
            raise NotFoundError(f"There is no key {key_id} that could be revoked.")


def ensure_project(database: Database, project: str = DEFAULT_PROJECT) -> None:
    """Make a project on an installation's first start."""
    with database.write() as connection:
        installation.ensure_project(connection, project)


def _check(name: str, role: str, secret: str) -> None:
    if role not in ROLES:
        raise InvalidInputError(f"There is no role {role!r}.", hint=f"Roles are {', '.join(ROLES)}.")
    if not 1 <= len(name) <= 100:
        raise InvalidInputError("A key's name has 1 to 100 characters.")
    if not MINIMUM_KEY_CHARACTERS <= len(secret) <= MAXIMUM_KEY_CHARACTERS:
        raise InvalidInputError(f"A key has {MINIMUM_KEY_CHARACTERS} to {MAXIMUM_KEY_CHARACTERS} characters.")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: statements.ApiKeyRow) -> ApiKey:
    return ApiKey(row.project, row.id, row.name, row.role, row.created_at, row.revoked_at)
