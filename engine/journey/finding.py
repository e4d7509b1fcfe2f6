"""What a check is: a function that looks and yields findings; its name is the problem's code and its docstring the help text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Generic, ParamSpec, TypeAlias

from engine.errors import Severity
from engine.journey.sketch import Sketch

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; the check itself says the rest."""

    #: JSON Pointer from where the check looks: the document, or the step for a step kind's own checks.
    pointer: str
    message: str
    hint: str
    #: The step concerned, for checks that look at the whole document.
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class Check(Generic[P]):
    """One row of the table of checks."""

    #: Names the wrong; stable.
    code: str
    severity: Severity
    #: What an author reads: what is wrong, and why it matters.
    help: str
    find: Callable[P, Iterator[Finding]]


#: A step kind's own check looks at the step, its id and the journey around it. The step's class is the kind's, hence Any.
StepCheck: TypeAlias = Check[[Any, str, Sketch]]


def error(find: Callable[P, Iterator[Finding]]) -> Check[P]:
    """Make a function a check whose findings cannot be published."""
    return Check(find.__name__, "error", cleandoc(find.__doc__ or ""), find)


def warning(find: Callable[P, Iterator[Finding]]) -> Check[P]:
    """Make a function a check whose findings an author should know of."""
    return Check(find.__name__, "warning", cleandoc(find.__doc__ or ""), find)
