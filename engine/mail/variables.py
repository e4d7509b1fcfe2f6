"""What a template names, found by reading it: for checks, before anybody gets a mail. Parses Jinja2 and runs nothing.

A value is *printed* when a mail to somebody without it would fail, and *asked* when it is only looked at, has a default of its own, or
is printed inside an `if` that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from engine.errors import InvalidInputError
from engine.journey.catalogue import TemplateVariables
from engine.mail.addresses import split_sender
from engine.mail.sandbox import TemplateSandbox, make_sandbox

#: Filters that make do without a value.
_FORGIVING = frozenset({"default", "d"})
#: Tests that may be asked of a missing value.
_FORGIVING_TESTS = frozenset({"defined", "undefined", "none"})
#: Where Jinja2 begins.
_JINJA = ("{{", "{%", "{#")
_TEXT_PARTS = ("subject", "preheader", "from", "reply_to", "text")


@dataclass(slots=True)
class _Found:
    printed: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


def read_variables(content: Mapping[str, Any]) -> TemplateVariables:
    """What a template's content names; a part that is not Jinja2 is told as the fault."""
    sandbox = make_sandbox(autoescape=False)
    found = _Found()
    headers = content.get("headers") or {}
    parts = [(name, content.get(name) or "") for name in (*_TEXT_PARTS, "html")] + [
        (f"header {name}", text) for name, text in headers.items()
    ]
    defaults = frozenset(_leaves("", content.get("defaults") or {}))
    for name, text in parts:
        try:
            parsed = sandbox.parse(text)
            unknown = _unknown(parsed, sandbox)
            if unknown is not None:
                return TemplateVariables(defaults=defaults, fault=f"{name}, {unknown}")
            _walk_all(parsed.body, found, frozenset({"range", "loop", "caller"}), frozenset())
        except TemplateSyntaxError as error:
            return TemplateVariables(defaults=defaults, fault=f"{name}, line {error.lineno}: {error.message}")
        except RecursionError:
            return TemplateVariables(defaults=defaults, fault=f"{name}: nested too deep")
    asked, fault = frozenset(found.asked - found.printed), _address_fault(content)
    return TemplateVariables(frozenset(found.printed), asked, defaults, fault, is_empty=_is_empty(content))


def _is_empty(content: Mapping[str, Any]) -> bool:
    return not any((content.get(part) or "").strip() for part in ("html", "text"))


def _address_fault(content: Mapping[str, Any]) -> str | None:
    """Why nobody can be written from, or answer to, what stands there; what is filled in per person is seen only then."""
    for name in ("from", "reply_to"):
        text = str(content.get(name) or "")
        if not text or any(sign in text for sign in _JINJA):
            continue
        try:
            for address in [text] if name == "from" else [address for _, address in getaddresses([text])]:
                split_sender(address)
        except InvalidInputError as error:
            return f"{name}: {error.message.rstrip('.')}."
    return None


def _unknown(parsed: nodes.Template, sandbox: TemplateSandbox) -> str | None:
    """A filter or test that does not exist: Jinja2 tells only when it compiles."""
    for node in parsed.find_all((nodes.Filter, nodes.Test)):
        kind, known = ("filter", sandbox.filters) if isinstance(node, nodes.Filter) else ("test", sandbox.tests)
        if node.name not in known:
            return f"line {node.lineno}: there is no {kind} {node.name!r}"
    return None


def _leaves(path: str, defaults: Mapping[str, Any]) -> Iterator[str]:
    """Every default with its path: a mapping is merged name by name, so only what is inside it is given."""
    for name, value in defaults.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(f"{path}{name}.", value)
        else:
            yield f"{path}{name}"


def _walk_all(body: Iterable[nodes.Node], found: _Found, local: frozenset[str], guarded: frozenset[str]) -> None:
    """Walk statements in order: what one sets, the later ones know."""
    for node in body:
        _walk(node, found, local, guarded)
        if isinstance(node, nodes.Assign | nodes.AssignBlock | nodes.Macro):
            local |= {node.name} if isinstance(node, nodes.Macro) else _names(node.target)


def _walk(node: nodes.Node, found: _Found, local: frozenset[str], guarded: frozenset[str]) -> None:
    path = _path(node)
    if path is not None:
        if path.partition(".")[0] not in local:
            (found.asked if path in guarded else found.printed).add(path)
        return
    match node:
        case nodes.If():
            asked = _ask(node.test, found, local)
            _walk_all(node.body, found, local, guarded | asked)
            _walk_all(node.elif_, found, local, guarded)
            _walk_all(node.else_, found, local, guarded | asked)
        case nodes.CondExpr():
            asked = _ask(node.test, found, local)
            for part in (node.expr1, node.expr2):
                if part is not None:
                    _walk(part, found, local, guarded | asked)
        case nodes.And():
            # `a and a.b`: the right side is looked at only where the left one is there
            asked = _ask(node.left, found, local)
            _walk(node.right, found, local, guarded | asked)
        case nodes.Or() | nodes.Not():
            _ask(node, found, local)
        case nodes.Filter(name=name) if name in _FORGIVING and node.node is not None:
            _ask(node.node, found, local)
            _walk_all(node.args, found, local, guarded)
        case nodes.Test(name=name) if name in _FORGIVING_TESTS:
            _ask(node.node, found, local)
        case nodes.For():
            _walk(node.iter, found, local, guarded)
            inner = local | _names(node.target)
            _walk_all([*node.body, *([node.test] if node.test is not None else [])], found, inner, guarded)
            _walk_all(node.else_, found, local, guarded)
        case nodes.Macro():
            _walk_all(node.body, found, local | {argument.name for argument in node.args}, guarded)
        case nodes.Assign():
            _walk(node.node, found, local, guarded)
        case _:
            _walk_all(node.iter_child_nodes(), found, local, guarded)


def _ask(node: nodes.Node, found: _Found, local: frozenset[str]) -> frozenset[str]:
    """Note everything an expression looks at as asked, and return it."""
    paths = frozenset(path for path in _paths(node) if path.partition(".")[0] not in local)
    found.asked |= paths
    return paths


def _paths(node: nodes.Node) -> Iterator[str]:
    path = _path(node)
    if path is not None:
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)


def _path(node: nodes.Node) -> str | None:
    """`endpoint.attributes.plan` of a name with attributes or constant keys behind it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        inner = _path(node.node)
        return None if inner is None else f"{inner}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        inner = _path(node.node)
        return None if inner is None else f"{inner}.{node.arg.value}"
    return None


def _names(target: nodes.Node) -> frozenset[str]:
    return frozenset(name.name for name in [target, *target.find_all(nodes.Name)] if isinstance(name, nodes.Name))
