"""Every error of the engine, split by blame. Knows nothing of HTTP; `api/errors.py` maps each class to a status.

EngineError
├── InvalidInputError            the caller's input is wrong: nothing was changed
│   └── InvalidDocumentError     a document has problems: each is listed
├── UnauthenticatedError         no key, or one that is not ours
├── NotAllowedError              the key's role does not allow it
├── NotFoundError                there is no such thing
├── ConflictError                it clashes with the present state
│   ├── StaleDraftError          the draft was changed by someone else
│   ├── OutdatedBaseError        the draft began from a version older than the live one
│   └── IdempotencyConflictError the same key came with another body
├── TooLargeError                the body or batch is over its limit
├── SettingsError                a setting is missing or wrong: the start is refused
├── RenderError                  a template failed for one person
├── CorruptStateError            a position or plan that cannot be: the participant is blocked, visibly
└── UnavailableError             the world is away: try again
    ├── UnknownPlanFormatError   a newer worker wrote this plan
    └── StaleClockError          another clock owns the data now
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document, as a value: problems are collected, never raised one by one."""

    #: Names the wrong, e.g. `unreachable_step`. Stable: callers may branch on it.
    code: str
    #: JSON Pointer (RFC 6901) into the document, e.g. `/steps/greet/next`.
    pointer: str
    #: What is wrong, in one sentence, with the values seen.
    message: str
    #: The way out, in one sentence.
    hint: str = ""
    #: The step it belongs to, where there is one.
    step_id: str | None = None
    severity: Severity = "error"


class EngineError(Exception):
    """The root of the tree: catch it to catch all of ours."""

    #: Whether the same call may succeed later without a change by the caller.
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class InvalidInputError(EngineError):
    """The caller's input is wrong: nothing was changed."""

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class InvalidDocumentError(InvalidInputError):
    """A document has problems: each is listed."""


class UnauthenticatedError(EngineError):
    """No key, or one that is not ours."""


class NotAllowedError(EngineError):
    """The key's role does not allow it."""


class NotFoundError(EngineError):
    """There is no such thing."""


class ConflictError(EngineError):
    """It clashes with the present state."""

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class StaleDraftError(ConflictError):
    """The draft was changed by someone else."""


class OutdatedBaseError(ConflictError):
    """The draft began from a version older than the live one."""


class IdempotencyConflictError(ConflictError):
    """The same key came with another body."""


class TooLargeError(EngineError):
    """The body or batch is over its limit."""


class SettingsError(EngineError):
    """A setting is missing or wrong: the start is refused."""


class RenderError(EngineError):
    """A template failed for one person."""


class CorruptStateError(EngineError):
    """A position or plan that cannot be: the participant is blocked, visibly."""


class UnavailableError(EngineError):
    """The world is away: try again."""

    retryable = True


class UnknownPlanFormatError(UnavailableError):
    """A newer worker wrote this plan."""


class StaleClockError(UnavailableError):
    """Another clock owns the data now."""
