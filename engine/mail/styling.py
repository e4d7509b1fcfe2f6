"""Inlines a mail's styles once per path through its template, instead of once per person.

A template's output is its own text with printed values in between, and styles seldom depend on these. So the values are printed as
placeholders first; what comes out, the *skeleton*, is the same for everybody who takes the same branches; it is inlined once and
kept, cut at its placeholders, and filled with each person's escaped values. 74 µs per mail become 4, and 2,600 for a large design.

Where a value could change the markup or the choice of styles (one inside a style sheet, a class or a tag, one marked safe that holds
tags), or be changed by the template after printing (a filter block), the mail is inlined as a whole, as ever. Runs in the render
process only.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import css_inline
from jinja2 import Template, nodes, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from engine.mail.sandbox import TemplateSandbox, make_sandbox, refuse_unprintable

#: From Unicode's private use area: markup, styles and their parsers leave them alone.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_STYLES = re.compile("<style[^>]*>([^<]*)", re.IGNORECASE)
_TAG = re.compile(r"""<[a-z/](?:[^"'<>]|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_QUOTED_ATTRIBUTE = re.compile(r"""\s([^\s"'<>/=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_UNREAD_TAG = re.compile("<[a-z]", re.IGNORECASE)
#: Attributes that a style sheet always asks about; others it names in brackets.
_ASKED_ATTRIBUTES = frozenset({"class", "id", "style"})
_ATTRIBUTE_SELECTOR = re.compile(r"\[\s*([\w-]+)")
_STYLED = re.compile("<style|<link", re.IGNORECASE)
#: What hands printed text on instead of printing it.
_CAPTURING = (nodes.FilterBlock, nodes.AssignBlock, nodes.Macro, nodes.CallBlock)
#: All skeletons of a process together; a mail's is 20 kB.
KEPT_CHARACTERS = 32_000_000


@dataclass(frozen=True, slots=True)
class _Cut:
    """An inlined skeleton, cut at its placeholders: text, number, text, number, text."""

    texts: tuple[str, ...]
    numbers: tuple[int, ...]

    def fill(self, values: list[str]) -> str:
        pieces = [self.texts[0]]
        for number, text in zip(self.numbers, self.texts[1:], strict=True):
            pieces.append(values[number])
            pieces.append(text)
        return "".join(pieces)


class Stylist:
    """Inlines styles for all templates of one process."""

    def __init__(self) -> None:
        # keep_at_rules: without @media, responsive mail breaks; remote loading would fetch what a template names (email-reliability 1.3).
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
        self._sandbox = make_sandbox(autoescape=True)
        self._sandbox.finalize = _print_placeholder
        self._kept: OrderedDict[str, _Cut | None] = OrderedDict()
        self._kept_characters = 0
        self._values: list[str] = []
        self._holds_markup = False
        self._sandbox.printer = self  # type: ignore[attr-defined]  # how `_print_placeholder` finds its way back

    def prepare(self, source: str) -> Template | None:
        """Compile a template for printing skeletons; None if it is not made for that."""
        if not _STYLED.search(source) or _OPEN in source or _CLOSE in source:
            return None
        if next(self._sandbox.parse(source).find_all(_CAPTURING), None) is not None:
            return None
        return self._sandbox.from_string(source)

    def inline(self, html: str) -> str:
        """Inline a mail as a whole; one without styles is left as it is."""
        return self._inliner.inline(html) if _STYLED.search(html) else html

    def print_inlined(self, template: Template, values: Mapping[str, object]) -> str | None:
        """Print a prepared template with its styles inlined; None if these values need it done as a whole."""
        self._values, self._holds_markup = [], False
        skeleton = template.render(values)
        if self._holds_markup:
            return None
        cut = self._kept[skeleton] if skeleton in self._kept else self._cut(skeleton, len(self._values))
        return None if cut is None else cut.fill(self._values)

    def take(self, value: object) -> Markup:
        """Keep a printed value and return what is printed for it."""
        text = str(escape(value))
        # Tags of its own want styles; a placeholder in it is text that was captured before, or somebody's private use.
        if (isinstance(value, Markup) and "<" in value) or _OPEN in text or _CLOSE in text:
            self._holds_markup = True
        self._values.append(text)
        return Markup(f"{_OPEN}{len(self._values) - 1}{_CLOSE}")  # noqa: S704 - digits

    def _cut(self, skeleton: str, count: int) -> _Cut | None:
        cut = None
        if _is_independent(skeleton):
            pieces = _PLACEHOLDER.split(self._inliner.inline(skeleton))
            numbers = tuple(int(number) for number in pieces[1::2])
            # The inliner leaves out what is not shown (comments, say): such a mail is done as a whole.
            if sorted(numbers) == list(range(count)):
                cut = _Cut(tuple(pieces[0::2]), numbers)
        self._kept[skeleton] = cut
        self._kept_characters += 3 * len(skeleton)
        while self._kept_characters > KEPT_CHARACTERS:
            oldest, _ = self._kept.popitem(last=False)
            self._kept_characters -= 3 * len(oldest)
        return cut


def _is_independent(skeleton: str) -> bool:
    """Whether no style depends on a printed value: they stand in text, and in quoted attributes no style sheet asks about."""
    styles = "".join(_STYLES.findall(skeleton))
    if _OPEN in styles or ":empty" in styles:
        return False
    asked = _ASKED_ATTRIBUTES.union(name.lower() for name in _ATTRIBUTE_SELECTOR.findall(styles))

    def leave_out(attribute: re.Match[str]) -> str:
        return attribute.group() if attribute[1].lower() in asked else ""

    if any(_OPEN in tag and _OPEN in _QUOTED_ATTRIBUTE.sub(leave_out, tag) for tag in _TAG.findall(skeleton)):
        return False
    return not _UNREAD_TAG.search(_TAG.sub("", skeleton))


@pass_context
def _print_placeholder(context: Context, value: object) -> object:
    # pass_context: otherwise jinja2 would print constants once and for all while compiling.
    sandbox: TemplateSandbox = context.environment  # type: ignore[assignment]
    stylist: Stylist = sandbox.printer  # type: ignore[attr-defined]
    return stylist.take(refuse_unprintable(value))
