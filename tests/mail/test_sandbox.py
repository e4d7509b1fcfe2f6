"""What a template cannot do: reach Python. Published payloads, and chains of attributes tried every way there is to read one."""

from __future__ import annotations

import itertools

import pytest
from jinja2 import TemplateError, UndefinedError

from engine.mail.sandbox import make_sandbox


class Canary:
    """An object that should never be in a context, and that nobody may read if it were."""

    def __init__(self) -> None:
        self.touched: list[str] = []

    @property
    def secret(self) -> str:
        """A secret."""
        self.touched.append("secret")
        return "hunter2"

    def delete(self) -> str:
        """A method with consequences."""
        self.touched.append("delete")
        return "hunter2"

    def __repr__(self) -> str:
        return "a canary"

    def __getitem__(self, key: object) -> str:
        self.touched.append("item")
        return "hunter2"


#: CVE-2016-10745, CVE-2019-10906, CVE-2024-22195, CVE-2024-34064, CVE-2024-56201, CVE-2024-56326, CVE-2025-27516, and what the
#: collections of server-side template injection have for Jinja2.
PUBLISHED = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__']['__mro__'] }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ '%s'.format(''.__class__) }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ '{x.__class__}'.format_map({'x': ''}) }}",
    "{{ '{0.__class__}'|format('') }}",
    "{{ ('{0.__class__}'.format)('') }}",
    "{% set f = '{0.__class__}'.format %}{{ f('') }}",
    "{{ ['{0.__class__}'.format]|first }}",
    "{{ ''|attr('format') }}",
    "{{ '{0.__class__}'|attr('format')('') }}",
    "{{ ['x']|map(attribute='__class__')|list }}",
    "{{ ['x']|map('attr', '__class__')|list }}",
    "{{ [{'a': 1}]|groupby('__class__') }}",
    "{{ ['x']|selectattr('__class__')|list }}",
    "{{ {'a b': 'c', 'onload=alert(1) x': 'y'}|xmlattr }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ dict(mro=1).__class__ }}",
    "{{ range.__class__ }}",
    "{{ range(3).__class__ }}",
    "{{ range.__globals__ }}",
    "{{ (1).__class__ }}",
    "{{ 1 .real.__class__ }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ [].append(1) }}",
    "{{ {}.update({}) }}",
    "{{ {'a': 1}.pop('a') }}",
    "{% set x = [] %}{{ x.append(x) }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{{ varargs.__class__ }}{{ kwargs.__class__ }}{% endmacro %}{{ m(1) }}",
    "{% block b %}{{ self.b.__func__ }}{% endblock %}",
    "{{ ''.join.__self__ }}",
    "{{ ''.upper.__self__.__class__ }}",
    "{{ ''.encode('rot13') }}",
    "{{ 'x'.translate({120: 'y'}) }}",
    "{{ ''.maketrans('a', 'b') }}",
    "{{ missing.__class__ }}",
    "{{ missing._undefined_exception }}",
    "{{ missing._fail_with_undefined_error() }}",
    "{{ canary.secret }}",
    "{{ canary['secret'] }}",
    "{{ canary|attr('secret') }}",
    "{{ canary.delete() }}",
    "{{ [canary]|map(attribute='secret')|list }}",
    "{{ [canary]|join(attribute='secret') }}",
    "{{ [canary]|sort(attribute='secret') }}",
    "{{ [canary]|unique(attribute='secret')|list }}",
    "{{ [canary]|max(attribute='secret') }}",
    "{{ '{.secret}'.format(canary) }}",
    "{% import 'os' as os %}",
    "{% from 'os' import path %}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% set x.__class__ = 1 %}",
    "{% debug %}",
]

VALUES = ["''", "[]", "{}", "()", "1", "1.5", "true", "none", "name", "person", "range", "canary", "loop", "macro", "missing", "self"]
ATTRIBUTES = [
    "__class__", "__init__", "__globals__", "__subclasses__", "__dict__", "__reduce_ex__", "__getattribute__", "mro", "gi_frame",
    "format", "format_map", "_module", "environment", "name", "im_func", "func_globals", "__wrapped__", "_func",
]  # fmt: skip
#: Every way to read an attribute.
READINGS = [
    "{value}.{attribute}",
    "{value}['{attribute}']",
    "{value}|attr('{attribute}')",
    "[{value}]|map(attribute='{attribute}')|first",
    "[{value}]|join(attribute='{attribute}')",
    "({value}.{attribute})()",
]
GENERATED = [
    "{% macro macro() %}{% endmacro %}{% for one in [1] %}{{ " + reading.format(value=value, attribute=attribute) + " }}{% endfor %}"
    for value, attribute, reading in itertools.product(VALUES, ATTRIBUTES, READINGS)
]
#: What would show that something of Python's was reached.
LEAKS = ("hunter2", "<class", "<function", "<built-in", "<module", "<bound method", "object at 0x", "root:", "uid=")


def leak_of(source: str, *, autoescape: bool) -> str | None:
    """What a template prints that it should not; None if it fails or prints nothing of the kind."""
    canary = Canary()
    try:
        template = make_sandbox(autoescape=autoescape).from_string(source)
        printed = template.render({"canary": canary, "name": "Ada", "person": {"format": "html"}}).replace("&lt;", "<")
    except (TemplateError, TypeError, ValueError, AttributeError, RecursionError):
        printed = ""
    found = [leak for leak in LEAKS if leak in printed]
    return f"{source}: {printed[:200]}" if found or canary.touched else None


@pytest.mark.parametrize("source", PUBLISHED)
def test_published_payload_reaches_nothing(source: str) -> None:
    assert leak_of(source, autoescape=True) is None
    assert leak_of(source, autoescape=False) is None


def test_no_way_of_reading_reaches_an_attribute() -> None:
    assert len(GENERATED) > 500
    assert [leak for source in GENERATED if (leak := leak_of(source, autoescape=False))] == []


@pytest.mark.parametrize("source", ["{{ name.upper }}", "{{ person.items }}", "{{ range }}", "{% macro m() %}{% endmacro %}{{ m }}"])
def test_what_has_to_be_called_is_not_printed(source: str) -> None:
    with pytest.raises(UndefinedError, match="has to be called"):
        make_sandbox(autoescape=False).from_string(source).render({"name": "Ada", "person": {}})


def test_values_of_an_order_can_be_read_however_they_are_named() -> None:
    sandbox = make_sandbox(autoescape=False)
    context = {"order": {"items": ["tea", "cup"], "keys": {"format": "x"}, "format": "y", "get": 1}}

    printed = sandbox.from_string("{{ order.items|join('+') }} {{ order.keys.format }} {{ order.format }} {{ order.get }}").render(context)

    assert printed == "tea+cup x y 1"
