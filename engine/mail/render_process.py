"""The process that renders: reads batches on its standard input, answers on its output, and holds nothing worth stealing.

Started by `engine.mail.render` with an empty environment. It limits its own memory, gives up every further file descriptor, and so can
open neither file nor socket; each mail has a budget of processor time. What breaks it breaks nobody else: it is replaced.

A batch is a length (4 bytes, big-endian) and JSON: `{"templates": {key: content}, "jobs": [[key, context], …]}`. The answer is framed
alike: a list of parts or `{"error": reason}` in the jobs' order; a shorter list means that the rest was not begun.
"""

from __future__ import annotations

import re
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any, BinaryIO

import css_inline
import orjson
from jinja2 import TemplateError
from markupsafe import escape

from engine.mail.sandbox import TemplateSandbox, make_sandbox
from engine.mail.styling import Stylist

#: A render takes 0.1 ms, a large design with its styles inlined 3 ms (email-reliability 3.2).
MEMORY_BYTES = 512 * 1024 * 1024
JOB_CPU_SECONDS = 0.25
#: What the interpreter cannot stop, because it happens in C, the kernel does: the process ends.
JOB_HARD_CPU_SECONDS = 0.5
#: After so much a batch is answered in part, so that one answer never takes long.
BATCH_CPU_SECONDS = 1.0
PART_CHARACTERS = 1_000_000
READY = b"ready\n"

_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
_MARKED = re.compile(r"\{[{%#]")
#: Hidden by every means that some mail client ignores; the blanks keep the body's first words out of the preview.
_PREHEADER = (
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:transparent">'
    "{}" + "&#847;&zwnj;&nbsp;" * 40 + "</div>"
)

Part = Callable[[Mapping[str, object]], str]


class OutOfTimeError(BaseException):
    """The budget of one mail is used up. Not an Exception, so that nothing on the way swallows it."""


class Compiled:
    """One template version, compiled once."""

    def __init__(self, content: Mapping[str, Any], text: TemplateSandbox, html: TemplateSandbox, stylist: Stylist) -> None:
        self.defaults: Mapping[str, Any] = content.get("defaults") or {}
        source = _with_preheader(content.get("html") or "", content.get("preheader") or "")
        self.html = _styled("html", source, html, stylist)
        self.parts = {name: _compile(text, name, content.get(name) or "") for name in ("subject", "preheader", "from", "reply_to", "text")}
        self.headers = {name: _compile(text, f"header {name}", value) for name, value in (content.get("headers") or {}).items()}

    def render(self, context: Mapping[str, object]) -> dict[str, object]:
        """Render every part for one person."""
        values = _merge(self.defaults, context)
        parts: dict[str, object] = {name: part(values) for name, part in self.parts.items()}
        parts["headers"] = {name: part(values) for name, part in self.headers.items()}
        parts["html"] = self.html(values)
        return parts


class FaultyPartError(Exception):
    """A part of a template failed; the message names the part."""


def _compile(sandbox: TemplateSandbox, name: str, source: str) -> Part:
    if not _MARKED.search(source):
        return lambda values: source
    try:
        template = sandbox.from_string(source)
    except TemplateError as error:
        reason = f"{name}: line {getattr(error, 'lineno', '?')}: {error}"
        return lambda values: _refuse(reason)
    return lambda values: _guard(name, template.render, values)


def _styled(name: str, source: str, sandbox: TemplateSandbox, stylist: Stylist) -> Part:
    """The HTML part: with its styles inlined, once per path through the template where that can be."""
    plain = _compile(sandbox, name, source)
    try:
        prepared = stylist.prepare(source) if _MARKED.search(source) else None
    except TemplateError:
        return plain  # it says why

    def render(values: Mapping[str, object]) -> str:
        html = _guard(name, lambda known: stylist.print_inlined(prepared, known) or "", values) if prepared is not None else ""
        return html or stylist.inline(plain(values))

    return render


def _guard(name: str, print_part: Callable[[Mapping[str, object]], str], values: Mapping[str, object]) -> str:
    """Print a part, or say which part failed and why."""
    try:
        rendered = print_part(values)
    except TemplateError as error:
        raise FaultyPartError(f"{name}: {error}") from error
    except RecursionError:
        raise FaultyPartError(f"{name}: it calls itself too deeply") from None
    except (MemoryError, css_inline.InlineError):
        raise
    except Exception as error:  # whatever a template makes a filter raise is that mail's failure
        raise FaultyPartError(f"{name}: {type(error).__name__}: {error}") from error
    if len(rendered) > PART_CHARACTERS:
        raise FaultyPartError(f"{name}: it is longer than {PART_CHARACTERS} characters")
    return rendered


def _refuse(reason: str) -> str:
    raise FaultyPartError(reason)


def _merge(defaults: Mapping[str, object], values: Mapping[str, object]) -> Mapping[str, object]:
    """Values over defaults, mapping by mapping; a null counts as missing."""
    if not defaults:
        return values
    merged = dict(values)
    for name, default in defaults.items():
        value = merged.get(name)
        if isinstance(default, Mapping) and isinstance(value, Mapping):
            merged[name] = _merge(default, value)
        elif value is None:
            merged[name] = default
    return merged


def _with_preheader(html: str, preheader: str) -> str:
    """Put the preheader where mail clients look for it: before everything else in the body, in the template itself."""
    if not html or not preheader:
        return html
    hidden = _PREHEADER.format(preheader if _MARKED.search(preheader) else escape(preheader))
    body = _BODY.search(html)
    return html[: body.end()] + hidden + html[body.end() :] if body else hidden + html


class Press:
    """Renders batches with the templates it was given so far."""

    def __init__(self, cpu_seconds: float = 0.0, hard_cpu_seconds: float = 0.0) -> None:
        """Make a press. Processor time is counted by process: budgets are for one that does nothing else.

        Args:
            cpu_seconds: after so much in one mail it fails (SIGPROF, see `out_of_time`); 0 for never.
            hard_cpu_seconds: after so much in one mail the kernel ends the process (SIGVTALRM); 0 for never.
        """
        self._cpu_seconds = cpu_seconds
        self._hard_cpu_seconds = hard_cpu_seconds
        self._text, self._html = make_sandbox(autoescape=False), make_sandbox(autoescape=True)
        self._stylist = Stylist()
        self._templates: dict[str, Compiled] = {}

    def print_batch(self, batch: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Render jobs until all are done or the batch has used its time."""
        begun = time.process_time()
        answers: list[dict[str, object]] = []
        for key, content in batch["templates"].items():
            answer = self._within_budget(Compiled, content, self._text, self._html, self._stylist)
            self._templates[key] = answer if isinstance(answer, Compiled) else _Unusable(answer["error"])
        for key, context in batch["jobs"]:
            template = self._templates[key]
            answers.append(self._within_budget(template.render, context))
            if time.process_time() - begun > BATCH_CPU_SECONDS:
                break
        return answers

    def forget(self) -> None:
        """Forget every template."""
        self._templates.clear()

    def _within_budget(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do a piece of work, or say why it could not be done."""
        signal.setitimer(signal.ITIMER_PROF, self._cpu_seconds, 0.05)
        signal.setitimer(signal.ITIMER_VIRTUAL, self._hard_cpu_seconds)
        try:
            return _attempt(work, arguments)
        except FaultyPartError as error:
            return {"error": str(error)}
        except css_inline.InlineError as error:
            return {"error": f"html: the styles cannot be inlined: {error}"}
        except MemoryError:
            return {"error": f"it needs more than {MEMORY_BYTES >> 20} MB of memory"}
        except OutOfTimeError:
            return {"error": f"it takes longer than {self._cpu_seconds} s"}
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


class _Unusable(Compiled):
    """A template that could not even be compiled: each of its mails fails with the reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def render(self, context: Mapping[str, object]) -> dict[str, object]:
        """Fail with the reason."""
        raise FaultyPartError(self.reason)


def _attempt(work: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """Do what the budget is for; `out_of_time` looks for this frame."""
    return work(*arguments)


def out_of_time(number: int, frame: FrameType | None) -> None:
    """Handle SIGPROF: the mail under way has used its budget. A signal that comes while its answer is already being made out changes
    nothing: raised there, it would end the process and hide the reason.
    """
    while frame is not None:
        if frame.f_code is _attempt.__code__:
            raise OutOfTimeError
        frame = frame.f_back


def _warm_up(press: Press) -> None:
    """Import lazily loaded modules while files can still be opened."""
    content = {
        "subject": "{{ 'é'|upper|urlencode }}{{ [2, 1]|sort|join }}{{ 'a b <c>'|title|truncate(5)|striptags }}{{ 1.5|round|string }}",
        "html": "<style>p{color:red}</style><body><p>{{ x|default('<') }}{{ 'a'|wordcount }}{% for y in [1] %}{{ loop.index }}{% endfor %}",
        "text": "",
    }
    (answer,) = press.print_batch({"templates": {"": content}, "jobs": [["", {}]]})
    if "error" in answer:
        raise RuntimeError(f"the renderer cannot render: {answer['error']}")
    for faulty in ("{{ missing }}", "{% broken", "{{ 1 / 0 }}"):
        press.print_batch({"templates": {"": {**content, "text": faulty}}, "jobs": [["", {}]]})
    press.forget()


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Descriptors above the limit stay open, new ones cannot be had: no file, no socket.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None


def _dump(answers: Sequence[Mapping[str, Any]]) -> bytes:
    """Write answers down; one that holds half a character (a lone surrogate, from an escape in the template) is an error."""
    try:
        return orjson.dumps(answers)
    except orjson.JSONEncodeError:
        pieces = []
        for answer in answers:
            try:
                pieces.append(orjson.dumps(answer))
            except orjson.JSONEncodeError:
                pieces.append(orjson.dumps({"error": "it prints half a character (a lone surrogate)"}))
        return b"[" + b",".join(pieces) + b"]"


def main() -> None:
    """Render until the standard input ends."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    signal.signal(signal.SIGPROF, out_of_time)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the parent's to handle
    press = Press(JOB_CPU_SECONDS, JOB_HARD_CPU_SECONDS)
    _warm_up(press)
    _confine()
    stdout.write(READY)
    stdout.flush()
    while (frame := _read_frame(stdin)) is not None:
        answer = _dump(press.print_batch(orjson.loads(frame)))
        stdout.write(struct.pack(">I", len(answer)) + answer)
        stdout.flush()


if __name__ == "__main__":
    main()
