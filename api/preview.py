"""Templates put before the real renderer, for previews. Knows the renderer, and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.deployment import Deployment
from engine.errors import RenderError
from engine.mail.links import Links
from engine.mail.render import Rendered, RenderJob
from engine.run.templates import hash_of

#: What a preview's unsubscribe link leads to: nothing, for no send has this id.
NO_SEND = "0" * 32


async def render_content(world: Deployment, content: Mapping[str, Any], context: Mapping[str, Any]) -> Rendered:
    """Render a content for somebody imagined; raises RenderError with the reason when it fails."""
    job = RenderJob(f"preview/{hash_of(content)}", dict(content), dict(context) | {"links": {"unsubscribe": preview_link(world.links)}})
    (answer,) = await world.renderer.render([job])
    if isinstance(answer, RenderError):
        raise answer
    return answer


def preview_link(links: Links) -> str:
    """A link as it will look, to nobody's send."""
    return links.unsubscribe_url(NO_SEND)
