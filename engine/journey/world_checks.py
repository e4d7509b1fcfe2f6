"""Checks of a document against the world it will meet: templates with their variables, attributes that people have.

What the catalogue does not know is not checked. Errors are what must fail; what people may yet bring is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.journey.catalogue import PROVIDED, Catalogue, TemplateVariables
from engine.journey.conditions import AttributeCondition, UserAttributeCondition
from engine.journey.facts import JsonValue
from engine.journey.finding import Check, Finding, error, warning
from engine.journey.look import Look, nearest
from engine.journey.operators import OPERATORS, is_number


@error
def unknown_template(look: Look) -> Iterator[Finding]:
    """An email names a template that does not exist."""
    if look.catalogue.templates is None:
        return
    for step_id, name, variables in look.mails():
        if variables is None:
            hint = nearest(name, look.catalogue.templates)
            yield Finding(f"/steps/{step_id}/template", f"There is no template {name!r}.", hint, step_id)


@error
def broken_template(look: Look) -> Iterator[Finding]:
    """An email names a template that cannot be read: each of its mails would fail."""
    for step_id, name, variables in look.mails():
        if variables is not None and variables.fault is not None:
            message = f"The template {name!r} cannot be used: {variables.fault}"
            yield Finding(f"/steps/{step_id}/template", message, "Correct the template.", step_id)


@error
def empty_template(look: Look) -> Iterator[Finding]:
    """An email names a template with neither HTML nor text: each of its mails would show nothing."""
    for step_id, name, variables in look.mails():
        if variables is not None and variables.is_empty and variables.fault is None:
            hint = "Write the mail: its HTML, its text, or both."
            yield Finding(f"/steps/{step_id}/template", f"The template {name!r} has neither HTML nor text.", hint, step_id)


@error
def unknown_template_variable(look: Look) -> Iterator[Finding]:
    """A template names a value that nothing provides. There are `endpoint`, `user`, `context`, `journey`, `links`, and its defaults."""
    for step_id, name, variables in look.mails():
        for path in sorted(_named(variables)):
            known = _names_beside(path, variables.defaults if variables else frozenset())
            if known is not None:
                message = f"The template {name!r} names {path!r}, which nothing provides."
                yield Finding(f"/steps/{step_id}/template", message, f"There are {', '.join(known)}. Or give a default.", step_id)


@warning
def unseen_template_variable(look: Look) -> Iterator[Finding]:
    """A template prints an attribute that nobody has and gives no default: each mail to somebody without it fails."""
    for step_id, name, variables in look.mails():
        for path in sorted(variables.printed - variables.defaults if variables else ()):
            if _is_unseen(path, look.catalogue):
                message = f"The template {name!r} prints {path!r}, which nobody has, and gives no default."
                yield Finding(f"/steps/{step_id}/template", message, "Add it to the template's `defaults`, or correct the name.", step_id)


@warning
def unknown_attribute(look: Look) -> Iterator[Finding]:
    """A condition or a wait reads an attribute that nobody has. Often it is a slip of the pen; it may also be new."""
    for pointer, step_id, is_users, name in _reads(look):
        seen = look.catalogue.user_attributes if is_users else look.catalogue.attributes
        if seen is not None and name not in seen:
            whose = "user" if is_users else "endpoint"
            yield Finding(pointer, f"No {whose} has an attribute {name!r}.", nearest(name, seen), step_id)


@warning
def wrong_attribute_type(look: Look) -> Iterator[Finding]:
    """A condition or a wait reads an attribute whose values are of a type it never matches. Nothing is coerced: "5" is not 5."""
    for pointer, step_id, condition in look.conditions:
        if isinstance(condition, AttributeCondition | UserAttributeCondition):
            is_user = isinstance(condition, UserAttributeCondition)
            seen = (look.catalogue.user_attributes if is_user else look.catalogue.attributes) or {}
            type_ = seen.get(condition.name, "mixed")
            if type_ != "mixed" and not _can_match(condition, type_):
                message = f"{condition.name!r} is a {type_}: `{condition.op}` with this value never matches it."
                wanted = " or ".join(OPERATORS[condition.op].matches)
                yield Finding(f"{pointer}/op", message, f"`{condition.op}` matches a {wanted}; choose another operator or value.", step_id)
    for step_id, step in look.steps.items():
        for at, name in step.attributes():
            type_ = (look.catalogue.attributes or {}).get(name, "mixed")
            if type_ not in ("mixed", "date"):
                yield Finding(f"/steps/{step_id}{at}", f"{name!r} is a {type_}, not a date.", "Name a date attribute.", step_id)


def _named(variables: TemplateVariables | None) -> frozenset[str]:
    return frozenset() if variables is None else variables.printed | variables.asked


def _names_beside(path: str, defaults: frozenset[str]) -> Sequence[str] | None:
    """What there is instead of a path that nothing provides; None where something does."""
    root, _, rest = path.partition(".")
    if any(path == default or path.startswith(f"{default}.") or default.startswith(f"{path}.") for default in defaults):
        return None
    if root not in PROVIDED:
        return tuple(PROVIDED)
    inside, name = PROVIDED[root], rest.partition(".")[0]
    return None if inside is None or not name or name in inside else tuple(f"{root}.{known}" for known in inside)


def _is_unseen(path: str, catalogue: Catalogue) -> bool:
    for prefix, seen in (("endpoint.attributes.", catalogue.attributes), ("user.attributes.", catalogue.user_attributes)):
        if path.startswith(prefix):
            return seen is not None and path.removeprefix(prefix).partition(".")[0] not in seen
    return False


def _reads(look: Look) -> Iterator[tuple[str, str | None, bool, str]]:
    """Every attribute read: JSON Pointer, step id, whether it is the user's, name."""
    for pointer, step_id, condition in look.conditions:
        if isinstance(condition, AttributeCondition | UserAttributeCondition):
            yield f"{pointer}/name", step_id, isinstance(condition, UserAttributeCondition), condition.name
    for step_id, step in look.steps.items():
        for at, name in step.attributes():
            yield f"/steps/{step_id}{at}", step_id, False, name


def _can_match(condition: AttributeCondition | UserAttributeCondition, type_: str) -> bool:
    """Whether the operator, with its value, matches any value of a type; a date is a text, too."""
    types = {type_, "text"} if type_ == "date" else {type_}
    if not types & set(OPERATORS[condition.op].matches):
        return False
    if condition.op not in ("is", "in"):
        return True
    choices = condition.value if isinstance(condition.value, list | tuple) else (condition.value,)
    return any(_type_of(choice) in types for choice in choices)


def _type_of(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if is_number(value) else "text"


#: In the order in which they are told.
WORLD_CHECKS: tuple[Check[[Look]], ...] = (
    unknown_template,
    broken_template,
    empty_template,
    unknown_template_variable,
    unseen_template_variable,
    unknown_attribute,
    wrong_attribute_type,
)
