"""Templates tried out: somebody imagined, and the real renderer. Stores nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import Field, JsonValue

from api.deployment import Deployment
from api.shapes import Input
from engine.errors import RenderError
from engine.journey.facts import JsonObject
from engine.mail.links import Links
from engine.mail.render import Rendered, RenderJob
from engine.mail.variables import read_variables
from engine.run.templates import hash_of

#: What a preview's unsubscribe link leads to: nothing, for no send has this id.
NO_SEND = "0" * 32


#: Around the name of what is missing, where its value would stand: letters that no font has and no escaping changes.
_MARK_BEGINS, _MARK_ENDS = "\ue000", "\ue001"
_MARK = re.compile(f"{_MARK_BEGINS}([^{_MARK_ENDS}]*){_MARK_ENDS}")
_TAG = re.compile(r"<style.*?</style>|<title.*?</title>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_MARKED_HTML = r'<mark style="background:#fdd8d3;color:#9b1c12;border-radius:3px;padding:0 3px">\1</mark>'


@dataclass(frozen=True, slots=True)
class NamedVariable:
    """Something that a template names."""

    name: str
    #: A mail to somebody without it fails.
    is_needed: bool
    #: The person has none, and the template gives none.
    is_missing: bool


def variables_of(content: JsonObject, person: JsonObject) -> tuple[NamedVariable, ...]:
    """What a content names, and what of it a person has not; empty where it cannot be read, for rendering then says why."""
    found = read_variables(content)
    return tuple(
        NamedVariable(name, name in found.printed, name not in found.defaults and not _has(person, name))
        for name in sorted(found.printed | found.asked)
        if not name.startswith("links.")
    )


def with_marks(person: JsonObject, missing: Iterable[str]) -> JsonObject:
    """The person, with marks where values are missing that are needed."""
    marked: dict[str, Any] = orjson.loads(orjson.dumps(person))
    for path in missing:
        *parents, name = path.split(".")
        place: Any = marked
        for parent in parents:
            place = place.setdefault(parent, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[name] = f"{_MARK_BEGINS}{path}{_MARK_ENDS}"
    return marked


def show_marks(rendered: Rendered) -> Rendered:
    """Names in place of marks: red in HTML, plain elsewhere."""
    plain = {name: _MARK.sub(r"\1", getattr(rendered, name)) for name in ("subject", "preheader", "sender", "reply_to", "text")}
    headers = {name: _MARK.sub(r"\1", value) for name, value in rendered.headers.items()}
    return replace(rendered, **plain, headers=headers, html=_marked_html(rendered.html))


def _marked_html(html: str) -> str:
    """Marks inside tags stay names: an element in an attribute would break the page."""
    shown: list[str] = []
    at = 0
    for tag in _TAG.finditer(html):
        shown += [_MARK.sub(_MARKED_HTML, html[at : tag.start()]), _MARK.sub(r"\1", tag.group())]
        at = tag.end()
    return "".join([*shown, _MARK.sub(_MARKED_HTML, html[at:])])


def _has(person: JsonObject, path: str) -> bool:
    place: object = person
    for name in path.split("."):
        if not isinstance(place, Mapping) or name not in place:
            return False
        place = place[name]
    return place is not None


async def render_content(world: Deployment, content: JsonObject, context: JsonObject) -> Rendered:
    """Render a content for somebody imagined; raises RenderError with the reason when it fails."""
    job = RenderJob(f"preview/{hash_of(content)}", dict(content), dict(context) | {"links": {"unsubscribe": preview_link(world.links)}})
    (answer,) = await world.renderer.render([job])
    if isinstance(answer, RenderError):
        raise answer
    return answer


def preview_link(links: Links) -> str:
    """A link as it will look, to nobody's send."""
    return links.unsubscribe_url(NO_SEND)


class ImaginedInput(Input):
    """Somebody to render for: what is not said is empty."""

    endpoint: dict[str, JsonValue] = Field(default={}, examples=[{"attributes": {"plan": "pro"}}])
    user: dict[str, JsonValue] = Field(default={}, examples=[{"attributes": {"first_name": "Ada"}}])
    context: dict[str, JsonValue] = Field(default={})
    journey: dict[str, JsonValue] = Field(default={})

    def variables(self, address: str) -> dict[str, JsonValue]:
        """What a template may name, complete."""
        return {
            "endpoint": {"id": "imagined", "address": address, "attributes": {}, "locale": None, "time_zone": None, **self.endpoint},
            "user": {"id": None, "attributes": {}, **self.user},
            "context": self.context,
            "journey": {"id": None, "version": None, "name": "", **self.journey},
        }
