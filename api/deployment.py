"""What the API is given: adapters and values chosen by the role that starts it. Reads no setting and chooses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from engine.mail.links import Links
from engine.mail.render import Renderer
from engine.run.clock import Ring, silent
from engine.run.drafts import Drafts
from engine.run.keys import DEFAULT_PROJECT
from engine.run.plans import Plans
from engine.run.templates import Templates
from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of the installation fares, for /readyz."""

    ready: bool
    #: One sentence for an operator: where it is, or what is wrong. Shown to callers with a key only.
    detail: str
    #: Whether the API is of no use without it; what is away and not needed is named all the same.
    needed: bool = True


#: Asks a part how it fares. Called from a thread; takes under a second.
Probe: TypeAlias = Callable[[], Part]


@dataclass(frozen=True)
class Deployment:
    """One API process's world."""

    database: Database
    drafts: Drafts
    templates: Templates
    #: Signs links, logins and Message-IDs.
    secret: bytes
    #: Where people reach this API, without a slash at the end.
    public_url: str
    #: Name and address of the sender, e.g. `Wend <wend@localhost>`.
    mail_from: str
    #: Started when first needed; ended with the app.
    renderer: Renderer = field(default_factory=Renderer)
    ring: Ring = silent
    #: Further parts for /readyz by name, e.g. `temporal`, whose detail names its address. The database is always one.
    parts: Mapping[str, Probe] = field(default_factory=dict)
    #: Where the built-in mailbox keeps its mails; None while a relay is configured.
    mailbox: Path | None = None
    #: Where Temporal's UI is, without a slash at the end, and the namespace to look at in it; None where there is none.
    temporal_ui: str | None = None
    temporal_namespace: str = "default"
    #: What `make designer` has built; without an `index.html` the page says how to build it.
    designer: Path = Path(__file__).parent / "designer"
    #: The project of the browser's pages.
    project: str = DEFAULT_PROJECT

    @cached_property
    def plans(self) -> Plans:
        """The plans this process has at hand."""
        return Plans(self.database)

    @cached_property
    def links(self) -> Links:
        """Makes and reads the links of mails."""
        return Links(self.public_url, {0: self.secret})
