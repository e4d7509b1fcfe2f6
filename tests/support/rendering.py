"""A renderer without a process of its own, for tests in which the process does not matter: the same code, called directly."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import RenderError
from engine.mail.render import Rendered, Renderer, RenderJob, read_answer
from engine.mail.render_process import Press


class DirectRenderer(Renderer):
    """Renders where it is."""

    def __init__(self) -> None:
        super().__init__()
        # Without a budget: it would count whatever this process does, and collecting a test run's garbage takes a quarter of a second.
        self._press = Press()

    async def render(self, jobs: Sequence[RenderJob]) -> list[Rendered | RenderError]:
        """Render at once."""
        answers = self._press.print_batch(
            {"templates": {job.key: job.content for job in jobs}, "jobs": [[job.key, job.context] for job in jobs]}
        )
        return [read_answer(answer) for answer in answers]
