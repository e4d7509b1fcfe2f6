"""Every error as an answer: which class is which status, and the one shape all of them have. The engine does not know HTTP.

Authors' mistakes come as `problems`; everything else is a name that callers may branch on and a sentence for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from api.pages.render import page
from api.patterns import HINTS
from api.permissions import methods_at
from engine import errors
from engine.journey.shape import reason_of

#: Seconds after which a world that was away is worth asking again (guess).
RETRY_AFTER_SECONDS: Final = "2"
#: As many as a journey of a thousand steps may have in earnest.
MOST_PROBLEMS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """How one class of errors is answered."""

    status: int
    #: Stable: callers may branch on it.
    name: str


#: One row for each class of the tree; a test fails for one that is missing.
ANSWERS: Final[Mapping[type[errors.EngineError], Answer]] = {
    errors.EngineError: Answer(500, "internal"),
    errors.InvalidInputError: Answer(422, "invalid_input"),
    errors.InvalidDocumentError: Answer(422, "invalid_document"),
    errors.UnauthenticatedError: Answer(401, "unauthenticated"),
    errors.NotAllowedError: Answer(403, "not_allowed"),
    errors.NotFoundError: Answer(404, "not_found"),
    errors.ConflictError: Answer(409, "conflict"),
    errors.StaleDraftError: Answer(412, "stale_draft"),
    errors.OutdatedBaseError: Answer(409, "outdated_base"),
    errors.IdempotencyConflictError: Answer(422, "idempotency_conflict"),
    errors.TooLargeError: Answer(413, "too_large"),
    errors.SettingsError: Answer(500, "settings"),
    errors.RenderError: Answer(422, "render_failed"),
    errors.CorruptStateError: Answer(500, "corrupt_state"),
    errors.UnavailableError: Answer(503, "unavailable"),
    errors.UnknownPlanFormatError: Answer(503, "unknown_plan_format"),
    errors.StaleClockError: Answer(503, "stale_clock"),
}

#: What HTTP itself refuses, before a route is reached.
HTTP_NAMES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("malformed", "The request cannot be read."),
    404: ("not_found", "There is no such page."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The body is over its limit."),
    415: ("unsupported_media_type", "The body has the wrong content type."),
}


class MalformedError(errors.InvalidInputError):
    """The request cannot be read at all: it is refused before it means anything. (400; of the API only, hence here.)"""


class MediaTypeError(errors.InvalidInputError):
    """The body has another content type than the route reads. (415)"""


class RateError(errors.UnavailableError):
    """The caller asks too often. (429)"""


#: The API's own classes, mapped alike.
OWN_ANSWERS: Final[Mapping[type[errors.EngineError], Answer]] = {
    MalformedError: Answer(400, "malformed"),
    MediaTypeError: Answer(415, "unsupported_media_type"),
    RateError: Answer(429, "too_many_requests"),
}


def answer_to(error: errors.EngineError) -> Answer:
    """The row of an error's class."""
    kind = type(error)
    return OWN_ANSWERS[kind] if kind in OWN_ANSWERS else ANSWERS[kind]


def error_response(
    status: int, name: str, detail: str, problems: Iterable[errors.Problem] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The one shape."""
    body = {"error": name, "detail": detail, "problems": [plain_problem(problem) for problem in bounded(problems)]}
    return JSONResponse(body, status, headers=None if headers is None else dict(headers))


def bounded(problems: Iterable[errors.Problem]) -> list[errors.Problem]:
    """Problems, as many as anybody reads: a document of twenty thousand wrong keys is answered in kilobytes."""
    told = list(problems)
    left = len(told) - MOST_PROBLEMS
    if left <= 0:
        return told
    return [*told[:MOST_PROBLEMS], errors.Problem("more_problems", "", f"There are {left:,} more problems.", "Correct these first.")]


def plain_problem(problem: errors.Problem) -> dict[str, str | None]:
    """A problem as it is answered."""
    return {
        "code": problem.code,
        "pointer": problem.pointer,
        "message": problem.message,
        "hint": problem.hint,
        "step_id": problem.step_id,
        "severity": problem.severity,
    }


def response_to(error: errors.EngineError) -> JSONResponse:
    """The answer to an error of ours."""
    answer = answer_to(error)
    headers = {}
    if answer.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retryable or answer.status == 429:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    detail = "Something went wrong here; it is in the log." if answer.status == 500 else str(error)
    return error_response(answer.status, answer.name, detail, getattr(error, "problems", ()), headers)


def install(app: FastAPI) -> None:
    """Have an app answer every error in the one shape."""
    app.add_exception_handler(errors.EngineError, _on_engine_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)


async def _on_engine_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.EngineError)  # noqa: S101 - registered for this class only
    if isinstance(error, errors.UnauthenticatedError) and _wants_page(request):
        return page("home.html", 401, visitor=None)
    if isinstance(error, errors.NotFoundError) and _wants_page(request):
        return _missing(request, str(error))
    return response_to(error)


async def _on_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    # The values refused are not repeated: they may be addresses, and the caller has them.
    problems = [errors.Problem(str(each["type"]), _pointer(each["loc"]), f"{reason_of(each)}.", _hint(each)) for each in error.errors()]
    unreadable = any(problem.code == "json_invalid" for problem in problems)
    if unreadable:
        return error_response(400, "malformed", "The body is not JSON.", problems)
    return error_response(422, "invalid_input", "The request is not valid: each problem is listed.", problems)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    name, detail = HTTP_NAMES.get(error.status_code, ("refused", "The request was refused."))
    if error.status_code == 404 and _wants_page(request):
        return _missing(request, detail)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # a route knows its own method only; the address may have several routes
        headers["Allow"] = ", ".join(methods_at(request.url.path))
    return error_response(error.status_code, name, detail, headers=headers)


def _wants_page(request: Request) -> bool:
    """Whether a browser opens this address, for somebody to read what comes; the REST API answers in its one shape whoever asks."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def _missing(request: Request, detail: str) -> Response:
    return page("missing.html", 404, detail=detail, is_mailbox=request.url.path.startswith("/mailbox"))


def _hint(details: ErrorDetails) -> str:
    return HINTS.get(str(details.get("ctx", {}).get("pattern")), "")


def _pointer(location: Sequence[int | str]) -> str:
    """Where in the request: `/body/…`, `/query/…`, `/path/…`. A key that is wrong is where its value is."""
    parts = location[:-1] if location[-1:] == ("[key]",) else location
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
