"""Templates tried out: somebody imagined, and the real renderer. Stores nothing."""

from __future__ import annotations

from pydantic import Field, JsonValue

from api.deployment import Deployment
from api.shapes import Input
from engine.errors import RenderError
from engine.journey.facts import JsonObject
from engine.mail.links import Links
from engine.mail.render import Rendered, RenderJob
from engine.run.templates import hash_of

#: What a preview's unsubscribe link leads to: nothing, for no send has this id.
NO_SEND = "0" * 32


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
