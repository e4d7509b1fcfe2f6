"""Makes adapters from settings: what each role opens before it works. Chooses; never works itself."""

from __future__ import annotations

from datetime import datetime

from engine.errors import SettingsError
from engine.mail.addresses import split_sender
from engine.mail.composer import Signer
from engine.mail.dkim import read_signer
from engine.roles.home import Home
from engine.roles.settings import Settings
from engine.run.clock import Ring
from engine.run.drafts import DatabaseDrafts, Drafts, FolderDrafts
from engine.run.keys import DEFAULT_PROJECT
from engine.run.plans import Plans
from engine.run.stage import Travel
from engine.run.templates import DatabaseTemplates, FolderTemplates, Templates
from engine.store import installation
from engine.store.database import Database
from engine.store.installation import Installation
from engine.store.migrate import require_current
from engine.temporal.connection import TemporalAddress

#: The generation under which a clock first owns the positions.
FIRST_GENERATION = 1


def open_home(settings: Settings) -> Home:
    """Open the data folder, making it where it is missing."""
    home = Home(settings.home.absolute())
    home.make()
    return home


def open_database(settings: Settings) -> Database:
    """Open the database; raise SettingsError unless it is migrated to this release."""
    database = Database(settings.database)
    require_current(database)
    return database


def open_travel(settings: Settings, database: Database, ring: Ring) -> Travel:
    """Gather what stages need."""
    secret = open_home(settings).read_secret(settings.secret)
    return Travel(database, Plans(database), secret.encode(), mail_domain(settings), ring, read_restored_at(database))


def read_restored_at(database: Database) -> datetime | None:
    """When the database was restored from a backup; it does not change while anything runs."""
    with database.write() as connection:
        return installation.ensure(connection).restored_at


def mail_domain(settings: Settings) -> str:
    """The domain in Message-IDs: the sender's."""
    return split_sender(settings.sender)[1].rpartition("@")[2].lower()


def temporal_address(settings: Settings) -> TemporalAddress:
    """Where Temporal is; raise SettingsError where nobody said."""
    if settings.temporal_address is None:
        raise SettingsError(
            "This installation's clock is Temporal, and TEMPORAL_ADDRESS is not set.", hint="Set it; `wend up` sets it itself."
        )
    return TemporalAddress(
        settings.temporal_address,
        settings.temporal_namespace,
        settings.temporal_api_key,
        settings.temporal_tls,
        settings.temporal_tls_certificate,
        settings.temporal_tls_key,
    )


def agree_on_clock(database: Database, settings: Settings, available: str | None) -> Installation:
    """Return who owns the positions, choosing once: `available` is what `auto` takes. Raise SettingsError where wishes and row disagree."""
    with database.write() as connection:
        row = installation.ensure(connection)
        wish = available if settings.clock == "auto" else settings.clock
        if row.clock is None and wish is not None:
            installation.set_clock(connection, wish, FIRST_GENERATION)
            row = installation.read(connection)
    if row.clock is None:
        raise SettingsError(
            "Nobody has chosen this installation's clock yet.", hint="Set TEMPORAL_ADDRESS, or WEND_CLOCK=local for one machine."
        )
    if settings.clock not in ("auto", row.clock):
        raise SettingsError(
            f"WEND_CLOCK={settings.clock}, but the clock that owns this installation's people is {row.clock}.",
            hint=f"Move them with `wend migrate --clock {settings.clock}` while no worker runs.",
        )
    return row


def open_drafts(settings: Settings, database: Database) -> Drafts:
    """Drafts are the files of WEND_JOURNEYS where that folder exists, and rows otherwise."""
    if settings.journeys is not None and settings.journeys.is_dir():
        return FolderDrafts(settings.journeys.absolute(), database, DEFAULT_PROJECT)
    return DatabaseDrafts(database)


def open_templates(settings: Settings, database: Database) -> Templates:
    """Templates are the folders of WEND_TEMPLATES where that exists, and rows otherwise."""
    if settings.templates is not None and settings.templates.is_dir():
        return FolderTemplates(settings.templates.absolute(), database, DEFAULT_PROJECT)
    return DatabaseTemplates(database)


def open_signer(settings: Settings) -> Signer | None:
    """Sign with DKIM where a key is configured."""
    if settings.dkim_key is None or settings.dkim_selector is None:
        return None
    return read_signer(settings.dkim_key, selector=settings.dkim_selector, domain=settings.dkim_domain or mail_domain(settings))
