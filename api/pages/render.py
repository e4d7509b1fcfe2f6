"""Makes pages of the templates beside this file. Everything put into a page is escaped; no page has a script."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(_environment().get_template(template).render(**values), status)


@cache
def asset(name: str) -> bytes | None:
    """A file that pages load, by its name; None for anything else."""
    return (_FOLDER / "assets" / name).read_bytes() if name in ASSETS else None


#: What pages load, with its media type.
ASSETS = {"wend.css": "text/css; charset=utf-8", "wend.svg": "image/svg+xml"}
