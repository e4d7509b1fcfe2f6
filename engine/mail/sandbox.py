"""The Jinja2 sandbox of templates: plain values, allowlisted filters and methods, autoescaped HTML. Runs in the render process only.

It stops a template from reaching Python; it cannot stop one from being slow or large (email-reliability 5.3), which is why it runs in a
process with limits. Asking about a missing value is false, as in a journey's conditions; printing one fails the mail with the reason,
unless the template gives a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NoReturn

from jinja2 import Undefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

#: How long a value made by an operator may get, and how many rounds a `range` has (guess: a mail is read by a person).
VALUE_CHARACTERS = 1_000_000
RANGE_ROUNDS = 1_000
#: Places behind the point; more than any currency has.
PLACES = 10

FILTERS = frozenset(
    {
        "abs", "capitalize", "count", "d", "default", "e", "escape", "first", "fixed", "float", "forceescape", "int", "join", "last",
        "length", "list", "lower", "max", "min", "replace", "reverse", "round", "safe", "sort", "string", "striptags", "title", "trim",
        "truncate", "unique", "upper", "urlencode", "wordcount",
    }
)  # fmt: skip
TESTS = frozenset(
    {
        "==", "!=", "<", "<=", ">", ">=", "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge",
        "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none",
        "number", "odd", "sequence", "string",
        "true", "undefined", "upper",
    }
)  # fmt: skip
TEXT_METHODS = frozenset(
    {"capitalize", "endswith", "lower", "lstrip", "replace", "rstrip", "split", "startswith", "strip", "title", "upper"}
)
MAPPING_METHODS = frozenset({"get", "items", "keys", "values"})
LOOP_ATTRIBUTES = frozenset(
    {"cycle", "depth", "depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"}
)


class Missing(Undefined):
    """A value that is not there: false when asked (as `Undefined` has it), an error when printed, measured or walked through."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return f"{self._undefined_name!r} has no value, and the template gives no default"

    def refuse(self) -> NoReturn:
        """Say that it is not there."""
        raise UndefinedError(self._undefined_message)

    def __str__(self) -> str:
        self.refuse()

    def __iter__(self) -> Iterator[object]:
        self.refuse()

    def __len__(self) -> int:
        self.refuse()


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """An environment whose values are JSON's and whose methods are listed above."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def is_safe_attribute(self, obj: object, attr: str, value: object = None) -> bool:
        """Whether an attribute of a value may be read: only listed methods, and a loop's counters."""
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        if isinstance(obj, Mapping):
            return attr in MAPPING_METHODS
        return isinstance(obj, LoopContext) and attr in LOOP_ATTRIBUTES

    def is_safe_callable(self, obj: object) -> bool:
        """Whether something may be called: a macro, a listed method, our `range`."""
        if isinstance(obj, Macro) or obj is _range:
            return True
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        return owner is not None and self.is_safe_attribute(owner, name)

    def getattr(self, obj: object, attribute: str) -> object:
        """`value.name`: a mapping's key first, so that an attribute named `items` can be read; else what is listed. Nothing is touched
        to find out.
        """
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, Missing):
            obj.refuse()
        if self.is_safe_attribute(obj, attribute):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: object, argument: Any) -> object:
        """`value[name]`: an element, or what `value.name` is."""
        if isinstance(obj, Mapping | str | list | tuple):
            with suppress(TypeError, LookupError):
                return obj[argument]
        if isinstance(argument, str) or isinstance(obj, Missing):
            return self.getattr(obj, str(argument))
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator whose result could be huge."""
        if operator == "**":
            raise SecurityError("powers are not offered in templates")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("text formatting with % is not offered in templates")
        if operator == "*" and _product_size(left, right) > VALUE_CHARACTERS:
            raise SecurityError("the result of * is too large")
        if operator == "+" and _size(left) + _size(right) > VALUE_CHARACTERS:
            raise SecurityError("the result of + is too large")
        return super().call_binop(context, operator, left, right)


def _size(value: object) -> int:
    """How long a value is: characters, elements, or a whole number's bits."""
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if hasattr(value, "__len__") else 1


def _product_size(left: object, right: object) -> int:
    """How long a product gets: a text or list so many times over, or a number of so many bits."""
    if isinstance(left, int) and hasattr(right, "__len__"):
        left, right = right, left
    if hasattr(left, "__len__") and isinstance(right, int):
        return len(left) * max(right, 0)
    return _size(left) + _size(right)


def _range(*bounds: int) -> range:
    """`range` with a bound on the rounds."""
    rounds = range(*bounds)
    if len(rounds) > RANGE_ROUNDS:
        raise SecurityError(f"range is limited to {RANGE_ROUNDS} rounds")
    return rounds


def refuse_unprintable(value: object) -> object:
    """Printing null is printing a missing value, and a method's name without its brackets prints nobody's name."""
    if value is None:
        raise UndefinedError("a value is null, and the template gives no default")
    if callable(value) and not isinstance(value, Undefined):
        raise UndefinedError("what is printed has to be called: write brackets behind it")
    return value


def _fixed(value: float | str, places: int = 2) -> str:
    """`{{ 11.3|fixed(2) }}` is 11.30: a number with so many places, as prices are written."""
    if not 0 <= places <= PLACES:
        raise SecurityError(f"fixed is limited to {PLACES} places")
    return f"{float(value):.{places}f}"


def make_sandbox(*, autoescape: bool) -> TemplateSandbox:
    """An environment for HTML (`autoescape`) or for text and headers, with nothing in it that is not listed."""
    sandbox = TemplateSandbox(
        autoescape=autoescape, undefined=Missing, finalize=refuse_unprintable, keep_trailing_newline=True, cache_size=0
    )
    sandbox.filters["fixed"] = _fixed
    sandbox.filters = {name: function for name, function in sandbox.filters.items() if name in FILTERS}
    sandbox.tests = {name: function for name, function in sandbox.tests.items() if name in TESTS}
    names: dict[str, Callable[..., object]] = {"range": _range}
    sandbox.globals = dict(names)
    return sandbox
