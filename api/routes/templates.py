"""Templates: read, saved as versions, previewed by the real renderer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from api.deployment import Deployment
from api.errors import MalformedError
from api.etags import IfMatch, expected, quoted
from api.frames import in_frame
from api.preview import ImaginedInput, NamedVariable, render_content, show_marks, variables_of, with_marks
from api.requests import read_json
from api.route import Caller, World, make_router
from api.shapes import PAGE_DEFAULT, After, ErrorShape, Limit, Output, Page, TemplateName, from_cursor, page_of
from engine.errors import InvalidInputError, NotFoundError
from engine.journey.facts import JsonObject
from engine.mail.render import Rendered
from engine.run.templates import Template, TemplateContent
from engine.store import templates as rows

router = make_router("Templates")


class TemplateSummary(Output):
    """One template of the list."""

    name: str
    version: int | None
    """The stored version with the present content; null while a changed file waits for a journey to be published."""
    subject: str
    updated_at: datetime
    etag: str
    problem: str | None
    """Why its files make no template, if they do not."""


class TemplateShape(Output):
    """A template, whole."""

    name: str
    version: int | None
    content: TemplateContent
    updated_at: datetime
    etag: str


class PreviewInput(ImaginedInput):
    """Somebody to render for, and what."""

    content: TemplateContent | None = None
    """A content to render instead of the saved one."""
    marks_missing: bool = False
    """Show the names of missing values, in HTML in red, where a mail would fail."""


class VariableShape(Output):
    """Something that the template names."""

    name: str = Field(examples=["user.attributes.first_name"])
    is_needed: bool
    """A mail to somebody without it fails; the others are only asked about, or have a default."""
    is_missing: bool
    """This person has none, and the template gives none."""


class PreviewAnswer(Output):
    """A mail as it would be sent."""

    subject: str
    preheader: str
    sender: str = Field(serialization_alias="from")
    reply_to: str
    headers: dict[str, str]
    html: str
    text: str
    variables: list[VariableShape]


@router.get("/v1/templates", summary="List templates")
def list_templates(caller: Caller, world: World, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[TemplateSummary]:
    """All templates in the order of their names."""
    last = from_cursor(after) or ""
    names = [name for name in world.templates.names(caller.project) if name > last][:limit]
    results = [summary for name in names if (summary := _summary(world, caller.project, name)) is not None]
    return Page(results=results, next=page_of(results, limit, "name"))


@router.get("/v1/templates/{name}", summary="Read a template")
def read_template(
    *,
    name: TemplateName,
    response: Response,
    caller: Caller,
    world: World,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A version; the newest content when left out.")] = None,
) -> TemplateShape:
    """A template's content; `ETag` names it."""
    return _shape(_find(world, caller.project, name, version), response)


@router.put("/v1/templates/{name}", summary="Save a template", responses={412: {"model": ErrorShape}})
def write_template(
    *, name: TemplateName, body: TemplateContent, response: Response, caller: Caller, world: World, if_match: IfMatch = None
) -> TemplateShape:
    """Save a content as the newest version; the same content again makes no new one.

    Journeys keep the version they were published with: publish them again to send this one.
    """
    return _shape(world.templates.write(caller.project, name, body, if_match=expected(if_match)), response)


@router.post("/v1/templates/{name}/preview", summary="Preview a template")
async def preview_template(name: TemplateName, body: PreviewInput, caller: Caller, world: World) -> PreviewAnswer:
    """Render the saved or a given content by the renderer that makes the mails; 422 with the reason when it fails."""
    rendered, variables = await _preview(world, caller.project, name, body)
    return PreviewAnswer.model_validate({**asdict(rendered), "variables": variables})


@router.post("/v1/templates/{name}/preview/frame", include_in_schema=False)
async def preview_in_frame(name: TemplateName, request: Request, caller: Caller, world: World) -> HTMLResponse:
    """The HTML of a preview alone, for a frame; asked for by a form with one field, `input`, which holds what the preview takes."""
    (asked,) = parse_qs((await request.body()).decode("ascii", "replace")).get("input", ["{}"])
    try:
        body = PreviewInput.model_validate(read_json(asked.encode()))
    except ValidationError as error:
        raise MalformedError("`input` is not what a preview takes.") from error
    rendered, _ = await _preview(world, caller.project, name, body)
    return in_frame(rendered.html or f'<pre style="white-space:pre-wrap">{escape(rendered.text)}</pre>')


async def _preview(world: Deployment, project: str, name: str, body: PreviewInput) -> tuple[Rendered, tuple[NamedVariable, ...]]:
    if body.content is None:
        template = await run_in_threadpool(_find, world, project, name, None)
        content: JsonObject = dict(template.content)
    else:
        content = body.content.plain()
    person = body.variables("preview@example.com")
    variables = await run_in_threadpool(variables_of, content, person)
    missing = [each.name for each in variables if each.is_missing and each.is_needed]
    if not body.marks_missing or not missing:
        return await render_content(world, content, person), variables
    return show_marks(await render_content(world, content, with_marks(person, missing))), variables


def _find(world: Deployment, project: str, name: str, version: int | None) -> Template:
    if version is None:
        template = world.templates.read(project, name)
    else:
        with world.database.read() as connection:
            row = rows.find(connection, project, name, version)
        template = None if row is None else Template(row.name, row.content, row.hash, row.version, row.created_at)
    if template is None:
        raise NotFoundError(f"There is no template {name}{'' if version is None else f' of version {version}'}.")
    return template


def _shape(template: Template, response: Response) -> TemplateShape:
    response.headers["ETag"] = quoted(template.hash)
    return TemplateShape(
        name=template.name,
        version=template.version,
        content=TemplateContent.model_validate(template.content),
        updated_at=template.updated_at,
        etag=template.hash,
    )


def _summary(world: Deployment, project: str, name: str) -> TemplateSummary | None:
    try:
        template = world.templates.read(project, name)
    except InvalidInputError as error:
        now = datetime.now().astimezone()
        return TemplateSummary(name=name, version=None, subject="", updated_at=now, etag="", problem=str(error))
    if template is None:
        return None
    return TemplateSummary(
        name=name,
        version=template.version,
        subject=str(template.content.get("subject", "")),
        updated_at=template.updated_at,
        etag=template.hash,
        problem=None,
    )
