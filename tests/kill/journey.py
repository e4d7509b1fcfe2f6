"""The journey that is killed under: three mails, two waits, a split, an A/B test; and what its people's timelines have to look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.run.templates import TemplateContent

#: Mails each person gets.
MAILS = 3
SECOND_WAIT = "PT2S"
TEMPLATES = {
    name: TemplateContent(subject=f"{name}: {{{{ endpoint.attributes.name }}}}", text="Dear {{ endpoint.attributes.name }}\n")
    for name in ("greet", "thanks", "discount", "trial", "leave")
}
Path = Sequence[tuple[str | None, str, str | None]]


def document(first_wait: str) -> dict[str, Any]:
    """Email, wait, split or A/B test, email, wait, email. Anybody may enter again, so that only keys stand in the way."""
    is_pro = {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}
    return {
        "format": 1,
        "name": "Under fire",
        "entry": {"type": "api"},
        "re_entry": {"type": "always"},
        "start": "greet",
        "steps": {
            "greet": {"type": "email", "template": "greet", "next": "settle"},
            "settle": {"type": "wait", "for": first_wait, "next": "plan"},
            "plan": {
                "type": "split",
                "branches": [{"id": "pro", "name": "Pro", "when": is_pro, "next": "thanks"}],
                "else": {"next": "offer"},
            },
            "offer": {
                "type": "ab_test",
                "branches": [
                    {"id": "discount", "name": "Discount", "weight": 50, "next": "discount"},
                    {"id": "trial", "name": "Trial", "weight": 50, "next": "trial"},
                ],
            },
            "thanks": {"type": "email", "template": "thanks", "next": "linger"},
            "discount": {"type": "email", "template": "discount", "next": "linger"},
            "trial": {"type": "email", "template": "trial", "next": "linger"},
            "linger": {"type": "wait", "for": SECOND_WAIT, "next": "leave"},
            "leave": {"type": "email", "template": "leave"},
        },
    }


def possible_paths() -> Iterator[Path]:
    """Every timeline (step, outcome, branch) that somebody who finished may have."""
    entered: Path = [("greet", "queued", None), ("settle", "began_waiting", None), ("settle", "waited", None)]
    left: Path = [("linger", "began_waiting", None), ("linger", "waited", None), ("leave", "queued", None)]
    yield [*entered, ("plan", "branched", "pro"), ("thanks", "queued", None), *left]
    for branch in ("discount", "trial"):
        yield [*entered, ("plan", "branched", "else"), ("offer", "assigned", branch), (branch, "queued", None), *left]
