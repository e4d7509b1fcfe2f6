"""`wend keys`: API keys and login links. Works on the database itself, so that a key can be had where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal

import typer

from engine.cli.documents import JsonOption
from engine.cli.show import note, say, say_json, say_table
from engine.roles.settings import Settings, read_settings
from engine.run.keys import DEFAULT_PROJECT, list_keys, make_key, revoke_key
from engine.store.database import Database

PANEL = "Operation"

keys = typer.Typer(help="API keys: make, list and revoke them; log a browser in.", no_args_is_help=True, rich_markup_mode=None)


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys", rich_help_panel=PANEL)


@keys.command("make")
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    role: Annotated[Literal["ingest", "read", "author", "operate"], typer.Option(help="What it may do; each includes those before it.")],
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it. It is shown this once: the database keeps only its hash."""
    with _opened() as (_, database):
        key, secret = make_key(database, DEFAULT_PROJECT, name=name, role=role)
    if as_json:
        say_json({"id": key.id, "name": key.name, "role": key.role, "key": secret})
    else:
        say(secret)
        note(f"{key.role} key {key.name}, id {key.id}. It cannot be shown again.")


@keys.command("list")
def list_all(as_json: JsonOption = False) -> None:
    """List all keys, oldest first, revoked ones too."""
    with _opened() as (_, database):
        found = list_keys(database, DEFAULT_PROJECT)
    if as_json:
        say_json({"results": found})
        return
    rows = [(key.id, key.name, key.role, _moment(key.created_at), _moment(key.revoked_at)) for key in found]
    say_table(("id", "name", "role", "made (UTC)", "revoked (UTC)"), rows)


@keys.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, from `wend keys list`.")]) -> None:
    """Make a key worthless from now on, and log out whoever came in by it."""
    with _opened() as (_, database):
        revoke_key(database, DEFAULT_PROJECT, key_id)
    say(f"Key {key_id} is revoked.")


@keys.command("login-link")
def login_link(as_json: JsonOption = False) -> None:
    """Print a link that logs a browser in, with the rights of the key in WEND_HOME."""
    from engine.roles.first_start import make_link
    from engine.roles.wiring import open_home

    with _opened() as (settings, database):
        link = make_link(settings, open_home(settings), database)
    if as_json:
        say_json({"link": link})
    else:
        say(link)


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


@contextmanager
def _opened() -> Iterator[tuple[Settings, Database]]:
    from engine.roles.wiring import open_database, open_home

    settings = read_settings()
    open_home(settings)
    database = open_database(settings)
    try:
        yield settings, database
    finally:
        database.close()
