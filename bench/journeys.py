"""The journeys that are measured, and the people who travel in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.run.enroll import EnrollRow
from engine.run.people import EndpointChange
from engine.run.templates import TemplateContent

_PRO = {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}


def path_without_mail(wait: str) -> dict[str, Any]:
    """Entry, a wait, a split by attribute, an A/B test, end: the path of the promise of speed."""
    return {
        "format": 1,
        "name": "Path",
        "entry": {"type": "api"},
        "start": "settle",
        "steps": {
            "settle": {"type": "wait", "for": wait, "next": "plan"},
            "plan": {
                "type": "split",
                "branches": [{"id": "pro", "name": "Pro", "when": _PRO, "next": "offer"}],
                "else": {"next": "offer"},
            },
            "offer": {
                "type": "ab_test",
                "branches": [
                    {"id": "discount", "name": "Discount", "weight": 50},
                    {"id": "trial", "name": "Longer trial", "weight": 50},
                ],
            },
        },
    }


def path_with_mail(wait: str | None) -> dict[str, Any]:
    """Entry, perhaps a wait, a split, an email, end."""
    steps: dict[str, Any] = {
        "plan": {
            "type": "split",
            "branches": [{"id": "pro", "name": "Pro", "when": _PRO, "next": "greet"}],
            "else": {"next": "greet_free"},
        },
        "greet": {"type": "email", "template": "greeting"},
        "greet_free": {"type": "email", "template": "greeting"},
    }
    if wait is not None:
        steps = {"settle": {"type": "wait", "for": wait, "next": "plan"}, **steps}
    return {"format": 1, "name": "Path with mail", "entry": {"type": "api"}, "start": next(iter(steps)), "steps": steps}


#: About 2.5 kB of HTML with seven variables, as the peers were measured with.
GREETING: Mapping[str, TemplateContent] = {
    "greeting": TemplateContent(
        subject="Hello {{ endpoint.attributes.first_name }}, your {{ endpoint.attributes.plan }} plan",
        preheader="Three things to try first",
        html="<html><body><h1>Hello {{ endpoint.attributes.first_name }}</h1>"
        + "<p style='margin:0 0 16px'>You are on the {{ endpoint.attributes.plan }} plan, and this is a paragraph of an ordinary mail.</p>"
        * 18
        + "<p><a href='{{ links.unsubscribe }}'>Unsubscribe</a></p></body></html>",
        text="Hello {{ endpoint.attributes.first_name }}, you are on the {{ endpoint.attributes.plan }} plan.\n\n{{ links.unsubscribe }}\n",
    )
}


def people(count: int, *, start: int = 0) -> Iterator[EnrollRow]:
    """Rows of an enroll call, a third of them on the pro plan."""
    for number in range(start, start + count):
        attributes = {"plan": "pro" if number % 3 == 0 else "free", "first_name": f"Person {number}", "logins": number % 50}
        yield EnrollRow(EndpointChange(f"person-{number:07d}", f"person-{number:07d}@example.org", attributes, time_zone="Europe/Berlin"))


def as_json(row: EnrollRow) -> dict[str, Any]:
    """A row as the REST route takes it."""
    endpoint = row.endpoint
    named = {"id": endpoint.id, "address": endpoint.address, "attributes": endpoint.attributes, "time_zone": endpoint.time_zone}
    return {"endpoint": named}
