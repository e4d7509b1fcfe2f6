"""What the checks know of the world outside a document, as plain values: templates with their variables, and attributes seen so far.

Whoever fills it in (`engine.run.catalogue`, the CLI, a test) knows folders, databases and Jinja2; nothing here does. What is None
is not known, and is not checked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

#: What a template may name: by first name, the names inside; None where anything may be inside.
PROVIDED: Mapping[str, Collection[str] | None] = {
    "endpoint": ("id", "address", "attributes", "locale", "time_zone"),
    "user": ("id", "attributes"),
    "context": None,
    "journey": ("id", "version", "name"),
    "links": ("unsubscribe",),
}


@dataclass(frozen=True, slots=True)
class TemplateVariables:
    """What a template names, as dotted paths: `endpoint.attributes.first_name`."""

    #: Printed: a mail to somebody without the value fails.
    printed: frozenset[str] = frozenset()
    #: Only asked about, or printed with a default of their own: a missing value is false.
    asked: frozenset[str] = frozenset()
    #: What the template's `defaults` give.
    defaults: frozenset[str] = frozenset()
    #: Why it cannot be read, where it cannot.
    fault: str | None = None
    #: Whether a mail of it would show nothing.
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The world outside a document."""

    #: By template name.
    templates: Mapping[str, TemplateVariables] | None = None
    #: Types of the endpoints' attributes seen so far: `text`, `number`, `boolean`, `date`, or `mixed`.
    attributes: Mapping[str, str] | None = None
    #: The same of the users' attributes.
    user_attributes: Mapping[str, str] | None = None
    #: The instant of the check, to find instants that are past.
    now: datetime | None = None


#: Knows nothing: only what the document itself shows is checked.
EMPTY = Catalogue()
