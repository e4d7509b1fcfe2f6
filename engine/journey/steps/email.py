"""The step that sends an email. Knows which template; must not know addresses, ledgers or SMTP."""

from __future__ import annotations

from typing import Literal

from engine.journey.facts import JsonObject, QueuedSend
from engine.journey.fields import Id, Next
from engine.journey.steps.step import Go, Moment, Step, Verdict, Way


class Email(Step):
    """Send an email and go on; what becomes of it is a fact of later stages."""

    type: Literal["email"]
    template: Id
    """The template's name; publishing pins its version."""
    next: Next = None

    def ways(self) -> tuple[Way, ...]:
        return (Way("/next", None, None, self.next),)

    def templates(self) -> tuple[str, ...]:
        return (self.template,)

    def decide(self, moment: Moment) -> Verdict:
        grounds: JsonObject = {"template": self.template, "version": moment.templates[self.template]}
        return Go(self.next, "queued", grounds=grounds, send=QueuedSend(moment.step_id, self.template))
