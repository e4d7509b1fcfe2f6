"""The commands that are processes: `wend up` and, for many machines, its parts; and what prepares them. The work is `engine.roles`'.

Each process imports what it needs only when it is started: `wend check` should not wait for Temporal's library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Literal

import typer

from engine.cli.interrupts import ended_by_interrupt
from engine.cli.show import note, progress

PANEL = "Processes"
_ROLES = {
    "up": "Start everything on this machine: database, Temporal, API, worker, sender, mailbox. Ctrl-C ends it; nothing is lost.",
    "api": "Answer the REST API and the public pages. Any number of them may run.",
    "worker": "Walk people through their journeys. Any number of them may run.",
    "sender": "Send the mails of the ledger. Any number of them may run.",
}


def install(app: typer.Typer) -> None:
    """Add the commands."""
    for name, about in _ROLES.items():
        app.command(name, help=about, rich_help_panel=PANEL)(_starter(name))
    app.command("migrate", rich_help_panel=PANEL)(migrate)


def _starter(role: str) -> Callable[[], None]:
    def start() -> None:
        with ended_by_interrupt():
            from engine.roles.settings import read_settings

            main = import_module(f"engine.roles.{role}").main
        main(read_settings())

    return start


def migrate(
    clock: Annotated[
        Literal["temporal", "local"] | None, typer.Option(help="Give all people to this clock. Stop every worker first.")
    ] = None,
    restored: Annotated[
        bool, typer.Option("--restored", help="The database came from a backup: call this once, before anything is started.")
    ] = False,
) -> None:
    """Bring the database's schema to this release, forwards only; with `--clock`, move people from one clock to the other."""
    from engine.roles.move import begin_after_restore, move_clock
    from engine.roles.settings import read_settings
    from engine.roles.wiring import open_home
    from engine.store.migrate import upgrade

    settings = read_settings()
    open_home(settings)
    before = upgrade(settings.database)
    note("The schema is current." if before.is_current else f"Migrated from {before.current or 'nothing'} to {before.wanted}.")
    if clock is not None:
        with progress("moving people"):
            told = move_clock(settings, clock)
        note(told)
    if restored:
        with progress("releasing people"):
            told = begin_after_restore(settings)
        note(told)
