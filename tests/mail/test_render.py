"""The render process: what breaks a template fails that mail, soon, with the reason, and nobody else's (email-reliability 5.3)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bench.processes import children_of
from engine.errors import RenderError
from engine.mail.render import BATCH_SECONDS, Rendered, Renderer, RenderJob
from engine.mail.render_process import Press, out_of_time
from engine.mail.sandbox import FILTERS, TESTS

#: The kernel ends a mail after half a second of processor time, twice (with its batch, then alone); processes start in between. On a
#: busy machine that takes its time, but never as long as a process that hangs.
MOST_SECONDS = 0.9 * BATCH_SECONDS


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    running = Renderer()
    yield running
    await running.stop()


def make_job(text: str = "", *, html: str = "", context: Any = None, **parts: Any) -> RenderJob:
    content = {"subject": "s", "text": text, "html": html, **parts}
    return RenderJob(repr(content), content, {"name": "Ada", **(context or {})})


async def render(renderer: Renderer, job: RenderJob) -> Rendered | RenderError:
    (answer,) = await renderer.render([job])
    return answer


def render_processes() -> list[int]:
    """The render processes of this test."""
    children = ((child, Path(f"/proc/{child}/cmdline").read_bytes()) for child in children_of(os.getpid()))
    return [child for child, command in children if b"engine.mail.render_process" in command]


async def print_text(renderer: Renderer, text: str, **context: Any) -> str:
    """What a text prints; the reason if it fails."""
    answer = await render(renderer, make_job(text, context=context))
    return str(answer) if isinstance(answer, RenderError) else answer.text


# --- what breaks ------------------------------------------------------------------------------------------------------

DOUBLED_LIST = "{% set l0 = [1] %}" + "".join(f"{{% set l{n + 1} = l{n} + l{n} %}}" for n in range(30)) + "{{ l30|length }}"
DOUBLED_TEXT = "{% set t0 = 'ab' %}" + "".join(f"{{% set t{n + 1} = t{n} ~ t{n} %}}" for n in range(32)) + "{{ t32|length }}"
SQUARED = "{% set a0 = 99999999 %}" + "".join(f"{{% set a{n + 1} = a{n} * a{n} %}}" for n in range(28)) + "{{ a28 }}"
ROUNDS = "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}"
ENDS = "{% endfor %}{% endfor %}{% endfor %}"
EXHAUSTING = {
    "a text repeated": "{{ ('a' * 1000000000)|length }}",
    "a list repeated": "{{ ([1] * 1000000000)|length }}",
    "ljust": "{{ 'a'.ljust(900000000) }}",
    "center": "{{ 'a'|center(900000000) }}",
    "the filter format": "{{ '%0900000000d'|format(1) }}",
    "the method format": "{{ '{:0900000000d}'.format(1) }}",
    "percent": "{{ '%0900000000d' % 1 }}",
    "the filter replace": "{% set a = 'a' * 30000 %}{{ a|replace('a', a)|length }}",
    "the method replace": "{% set a = 'a' * 30000 %}{{ a.replace('a', a)|length }}",
    "a list doubled": DOUBLED_LIST,
    "a text doubled": DOUBLED_TEXT,
    "a number squared": SQUARED,
    "a power": "{{ 9 ** 9 ** 9 }}",
    "empty rounds": ROUNDS + ENDS,
    "printing rounds": ROUNDS + "x" + ENDS,
    "many places": "{{ 1|fixed(900000000) }}",
    "a long range": "{% for a in range(1001) %}{% endfor %}",
    "rounds over texts": "{% for i in 'a' * 1000000 %}{% for j in 'a' * 1000000 %}{% endfor %}{% endfor %}",
    "sum": "{{ [[1] * 1000] * 1000|sum(start=[]) }}",
    "map": "{% set big = 'a' * 900000 %}{{ ([big] * 9000)|map('upper')|list|length }}",
    "join": "{% set big = 'a' * 900000 %}{{ ([big] * 9000)|join|length }}",
    "tojson": "{{ ([['a' * 900000]] * 9000)|tojson|length }}",
    "a list as text": "{% set a = ['a' * 90000] * 1000 %}{{ ([a] * 1000)|string|length }}",
    "a macro in itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a macro twice in itself": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "a long part": "{{ 'a' * 1000000 }}a",
}


@pytest.mark.parametrize("name", EXHAUSTING)
async def test_exhausting_template_fails_soon_and_alone(name: str, renderer: Renderer) -> None:
    good = make_job("Dear {{ name }}")
    await render(renderer, good)
    begun = time.monotonic()

    first, bad, last = await renderer.render([good, make_job(EXHAUSTING[name]), good])

    assert isinstance(bad, RenderError)
    assert "text: " in str(bad) or "it takes longer than" in str(bad) or "it needs more than 512 MB" in str(bad)
    assert [answer.text for answer in (first, last) if isinstance(answer, Rendered)] == ["Dear Ada", "Dear Ada"]
    assert time.monotonic() - begun < MOST_SECONDS


def _ring_outside_of_work(frame: FrameType, event: str, argument: object) -> Any:
    """The budget's signal before each line of the code around a mail: what a machine of just the wrong speed does."""
    if "_within_budget" not in frame.f_code.co_name:
        return None
    signal.raise_signal(signal.SIGPROF)
    return _ring_outside_of_work


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Dear Ada", "Dear Ada"),
        ("{{ missing }}", "'missing' has no value"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "it calls itself too deeply"),
    ],
)
def test_signal_that_comes_late_does_not_hide_the_answer(text: str, answer: str) -> None:
    before = signal.signal(signal.SIGPROF, out_of_time)
    press, job = Press(), make_job(text)
    sys.settrace(_ring_outside_of_work)
    try:
        (parts,) = press.print_batch({"templates": {job.key: job.content}, "jobs": [[job.key, job.context]]})
    finally:
        sys.settrace(None)
        signal.signal(signal.SIGPROF, before)

    assert answer in (parts["error"] if "error" in parts else parts["text"])


async def test_work_that_python_cannot_stop_is_ended_by_the_kernel(renderer: Renderer) -> None:
    # Some 4 s inside the inliner's own code, where no signal handler of Python's gets a turn, after 0.05 s in ours, where one would.
    deep = make_job(html="<style>p{color:red}</style>" + "<div>" * 50_000 + "{{ name }}")
    good = make_job("Dear {{ name }}")
    begun = time.monotonic()

    first, bad, last = await renderer.render([good, deep, good])

    assert str(bad).startswith("The template broke the render process: it takes longer than 0.5 s.")
    assert isinstance(first, Rendered)
    assert isinstance(last, Rendered)
    assert time.monotonic() - begun < MOST_SECONDS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ missing }}", "'missing' has no value, and the template gives no default"),
        ("{{ name.first }}", "'first' has no value"),
        ("{{ nothing }}", "a value is null"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% if %}", "text: line 1: "),
        ("{{ '\\ud800' }}", "half a character"),
        ("{% include 'x' %}", "no loader"),
    ],
)
async def test_fault_of_a_template_is_told(text: str, reason: str, renderer: Renderer) -> None:
    assert reason in await print_text(renderer, text, nothing=None)


async def test_faults_stay_with_their_mails(renderer: Renderer) -> None:
    jobs = [make_job("Dear {{ user.name }}", context={"user": {"name": f"p{n}"} if n % 3 else {}}) for n in range(250)]

    answers = await renderer.render(jobs)

    assert [isinstance(answer, RenderError) for answer in answers] == [n % 3 == 0 for n in range(250)]
    assert [answer.text for answer in answers if isinstance(answer, Rendered)] == [f"Dear p{n}" for n in range(250) if n % 3]


async def test_killed_process_is_replaced(renderer: Renderer) -> None:
    job = make_job("Dear {{ name }}")
    await render(renderer, job)
    (process,) = render_processes()
    os.kill(process, signal.SIGKILL)

    answers = await asyncio.gather(*(render(renderer, job) for _ in range(20)))

    assert all(isinstance(answer, Rendered) for answer in answers)


async def test_answer_nobody_waits_for_is_not_the_next_ones(renderer: Renderer) -> None:
    await render(renderer, make_job("Dear {{ name }}"))
    slow = asyncio.create_task(render(renderer, make_job(ROUNDS + ENDS)))
    await asyncio.sleep(0)  # by then it is written
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow

    assert await print_text(renderer, "Dear {{ name }}, again") == "Dear Ada, again"


async def test_process_nobody_waits_for_any_more_while_it_starts_breaks_no_template(renderer: Renderer) -> None:
    # Of one that is rendered apart, an answer that is none would be its template's fault.
    jobs = [make_job("Dear {{ name }}")]
    renderer._suspects.add(jobs[0].key)
    starting = asyncio.create_task(renderer.render(jobs))
    while renderer._apart._process is None:
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert isinstance(await render(renderer, jobs[0]), Rendered)


# --- what it cannot reach ---------------------------------------------------------------------------------------------


async def test_process_has_limits_and_no_secrets(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_SECRET", "hunter2")
    await render(renderer, make_job("Dear {{ name }}"))
    (process,) = render_processes()
    folder = Path("/proc") / str(process)

    limits = {line[:25].strip(): line[26:].split()[:2] for line in (folder / "limits").read_text().splitlines()}
    assert limits["Max open files"] == ["0", "0"]
    assert limits["Max address space"] == [str(512 * 1024 * 1024)] * 2
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    assert b"hunter2" not in (folder / "environ").read_bytes()
    assert {os.readlink(file).partition(":")[0] for file in (folder / "fd").iterdir()} <= {"pipe", "socket", os.readlink("/proc/self/fd/2")}


# --- what works -------------------------------------------------------------------------------------------------------

#: A use of each filter, and what it prints.
FILTER_USES = {
    "abs": ("{{ -1|abs }}", "1"),
    "capitalize": ("{{ 'ada'|capitalize }}", "Ada"),
    "count": ("{{ 'ada'|count }}", "3"),
    "d": ("{{ missing|d('x') }}", "x"),
    "default": ("{{ missing|default('x') }}", "x"),
    "e": ("{{ '<'|e }}", "&lt;"),
    "escape": ("{{ '<'|escape }}", "&lt;"),
    "first": ("{{ [1, 2]|first }}", "1"),
    "fixed": ("{{ 11.3|fixed }} {{ '2'|fixed(0) }}", "11.30 2"),
    "float": ("{{ '1'|float }}", "1.0"),
    "forceescape": ("{{ '<'|safe|forceescape }}", "&lt;"),
    "int": ("{{ '7'|int }}", "7"),
    "join": ("{{ [1, 2]|join('-') }}", "1-2"),
    "last": ("{{ [1, 2]|last }}", "2"),
    "length": ("{{ {'a': 1}|length }}", "1"),
    "list": ("{{ 'ab'|list|length }}", "2"),
    "lower": ("{{ 'ADA'|lower }}", "ada"),
    "max": ("{{ [1, 3, 2]|max }}", "3"),
    "min": ("{{ [1, 3, 2]|min }}", "1"),
    "replace": ("{{ 'ada'|replace('a', 'o') }}", "odo"),
    "reverse": ("{{ 'ab'|reverse }}", "ba"),
    "round": ("{{ 1.25|round(1, 'floor') }}", "1.2"),
    "safe": ("{{ '<'|safe }}", "<"),
    "sort": ("{{ [2, 1]|sort|join }}", "12"),
    "string": ("{{ 1|string }}", "1"),
    "striptags": ("{{ '<b>x</b> &amp; y'|striptags }}", "x & y"),
    "title": ("{{ 'ada l'|title }}", "Ada L"),
    "trim": ("{{ ' a '|trim }}", "a"),
    "truncate": ("{{ 'a long text of words'|truncate(10) }}", "a long..."),
    "unique": ("{{ ['b', 'b', 'a']|unique|join }}", "ba"),
    "upper": ("{{ 'é'|upper }}", "É"),
    "urlencode": ("{{ {'a': 'ü b'}|urlencode }}", "a=%C3%BC+b"),
    "wordcount": ("{{ 'a b'|wordcount }}", "2"),
}


async def test_every_filter_works_behind_the_limits(renderer: Renderer) -> None:
    printed = {name: await print_text(renderer, text) for name, (text, _) in FILTER_USES.items()}

    assert set(FILTER_USES) == FILTERS
    assert printed == {name: expected for name, (_, expected) in FILTER_USES.items()}


async def test_every_test_works_behind_the_limits(renderer: Renderer) -> None:
    operands = {"divisibleby": "(2)", "in": "([1])"}
    binary = {"==", "!=", "<", "<=", ">", ">=", "eq", "equalto", "ge", "greaterthan", "gt", "le", "lessthan", "lt", "ne"}
    named = {name for name in TESTS if name.isalpha()}

    for name in sorted(named):
        operand = operands.get(name, "(1)" if name in binary else "")
        value = "'a'" if name in ("lower", "upper") else "1"
        assert await print_text(renderer, f"{{{{ {value} is {name}{operand} }}}}") in ("True", "False")


async def test_html_is_escaped_and_text_is_not(renderer: Renderer) -> None:
    answer = await render(
        renderer,
        make_job("{{ name }}", html="<p title='{{ name }}'>{{ name }}</p>", subject="{{ name }}", context={"name": "<b>'\"&</b>"}),
    )

    assert isinstance(answer, Rendered)
    assert (answer.text, answer.subject) == ("<b>'\"&</b>", "<b>'\"&</b>")
    escaped = "&lt;b&gt;&#39;&#34;&amp;&lt;/b&gt;"
    assert answer.html == f"<p title='{escaped}'>{escaped}</p>"


async def test_defaults_stand_in_for_what_is_missing(renderer: Renderer) -> None:
    answer = await render(
        renderer,
        make_job("{{ user.name }}, {{ user.town }}, {{ shop }}", defaults={"user": {"name": "friend", "town": "here"}, "shop": "us"},
                 context={"user": {"name": None, "town": "Ghent"}}),
    )  # fmt: skip

    assert isinstance(answer, Rendered)
    assert answer.text == "friend, Ghent, us"


async def test_every_part_is_rendered(renderer: Renderer) -> None:
    parts = {"from": "{{ name }} <a@example.com>", "reply_to": "{{ name }}@example.com", "headers": {"X-Tag": "{{ name }}"}}
    answer = await render(renderer, make_job(html="<body><p>x</p>", preheader="For {{ name }}", **parts))

    assert isinstance(answer, Rendered)
    assert (answer.sender, answer.reply_to, answer.headers) == ("Ada <a@example.com>", "Ada@example.com", {"X-Tag": "Ada"})
    assert answer.html.startswith('<body><div style="display:none')
    assert "For Ada" in answer.html
