"""Renders mails in processes of their own: a batch goes in, each job comes back as its parts or as the reason it failed.

Knows how to start, feed, time and replace `engine.mail.render_process`, and to find the culprit when one dies over a batch: it is
rendered singly, and its template is rendered apart from the others from then on. Knows neither Jinja2 nor the ledger.
"""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.errors import RenderError, UnavailableError
from engine.journey.facts import JsonObject
from engine.mail.render_process import JOB_HARD_CPU_SECONDS, READY

#: Wall clock for a batch. Processor time is bounded inside, to half a second a mail and a second in all, so that only a process that
#: hangs gets here, and no mail fails because the machine is busy.
BATCH_SECONDS = 20.0
START_SECONDS = 20.0
#: For a process that has closed its pipes to be gone.
LAST_WORDS_SECONDS = 5.0
#: 100 jobs cost 51 µs each, one alone 261 µs (email-reliability 5.3).
BATCH_JOBS = 100
#: A process that has compiled so many templates is replaced, which keeps its memory bounded.
TEMPLATES_PER_PROCESS = 500
#: A frame read from a process is at most this long: 100 mails of 1 MB parts would be a fault of ours.
FRAME_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One mail to render."""

    #: Names the content: a process that has seen the key keeps the compiled template. Equal keys must mean equal content.
    key: str
    #: As a template version stores it: subject, preheader, from, reply_to, headers, defaults, html, text.
    content: JsonObject
    #: `endpoint`, `user`, `context`, `journey`, `links`: plain values.
    context: JsonObject


@dataclass(frozen=True, slots=True)
class Rendered:
    """The parts of one mail; empty where the template has none."""

    subject: str
    preheader: str
    sender: str
    reply_to: str
    headers: Mapping[str, str]
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class _Died:
    """A process that ended or was ended over a batch."""

    reason: str


class Renderer:
    """A pool of render processes, started when first needed."""

    def __init__(self, processes: int = 1) -> None:
        self._idle: asyncio.LifoQueue[_RenderProcess] = asyncio.LifoQueue()
        self._all = [_RenderProcess() for _ in range(processes)]
        for process in self._all:
            self._idle.put_nowait(process)
        #: Templates that have killed a process are rendered here, so that nobody waits for them.
        self._apart = _RenderProcess()
        self._suspects: set[str] = set()

    async def render(self, jobs: Sequence[RenderJob]) -> list[Rendered | RenderError]:
        """Render jobs; the answers are in their order. A job that fails is an error among the answers, never raised.

        Raises:
            UnavailableError: no process can be started.
        """
        answers: dict[int, Rendered | RenderError] = {}
        trusted = [index for index, job in enumerate(jobs) if job.key not in self._suspects]
        suspected = [index for index, job in enumerate(jobs) if job.key in self._suspects]
        for start in range(0, len(trusted), BATCH_JOBS):
            await self._render_batch(jobs, trusted[start : start + BATCH_JOBS], answers)
        if suspected:
            await self._render_singly(jobs, suspected, answers)
        return [answers[index] for index in range(len(jobs))]

    async def stop(self) -> None:
        """End every process."""
        for process in [*self._all, self._apart]:
            await process.kill()

    async def _render_batch(self, jobs: Sequence[RenderJob], indices: Sequence[int], answers: dict[int, Rendered | RenderError]) -> None:
        process = await self._idle.get()
        try:
            rest = list(indices)
            while rest:
                answer = await process.print_batch([jobs[index] for index in rest])
                if isinstance(answer, _Died):
                    break
                answers.update(zip(rest, answer, strict=False))
                rest = rest[len(answer) :]
        finally:
            self._idle.put_nowait(process)
        if rest:
            await self._render_singly(jobs, rest, answers)

    async def _render_singly(self, jobs: Sequence[RenderJob], indices: Sequence[int], answers: dict[int, Rendered | RenderError]) -> None:
        for index in indices:
            answer = await self._apart.print_batch([jobs[index]])
            if isinstance(answer, _Died):
                self._suspects.add(jobs[index].key)
                answers[index] = RenderError(f"The template broke the render process: {answer.reason}.", hint="Simplify it.")
            else:
                answers[index] = answer[0]


class _RenderProcess:
    """One render process at a time, replaced when it dies, lingers or has learnt too many templates."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._known: set[str] = set()
        self._turn = asyncio.Lock()

    async def print_batch(self, jobs: Sequence[RenderJob]) -> list[Rendered | RenderError] | _Died:
        """Send jobs and read their answers, of which there may be fewer than jobs but at least one."""
        async with self._turn:
            if len(self._known) > TEMPLATES_PER_PROCESS:
                await self._end()
            process = self._process or await self._start()
            fresh = {job.key: job.content for job in jobs if job.key not in self._known}
            frame = orjson.dumps({"templates": fresh, "jobs": [[job.key, job.context] for job in jobs]})
            try:
                async with asyncio.timeout(BATCH_SECONDS):
                    answer = await _exchange(process, frame)
            except TimeoutError:
                await self._end()
                return _Died(f"it was not done within {BATCH_SECONDS} s")
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for the next batch's
                raise
            except (ConnectionError, asyncio.IncompleteReadError):
                status = await _last_status(process)
                await self._end()
                return _Died(_obituary(status))
            self._known.update(fresh)
            return [read_answer(parts) for parts in answer]

    async def kill(self) -> None:
        """End the process, if there is one."""
        async with self._turn:
            await self._end()

    async def _start(self) -> Process:
        # -I would hide the package's own folder from an interpreter that has it on PYTHONPATH only.
        environment = {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PATH": os.defpath, "LANG": "C.UTF-8"}
        command = (sys.executable, "-m", "engine.mail.render_process")
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=environment, cwd="/", limit=1 << 20)
        self._process = process
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await _pipes(process)[1].readline()
        except TimeoutError:
            line = b""
        except asyncio.CancelledError:
            await self._end()  # what it says once it is ready would be taken for an answer
            raise
        if line != READY:
            await self._end()
            raise UnavailableError("The render process did not start.", hint="Its complaint is on the standard error output.")
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        self._known.clear()
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        # communicate() also closes the pipes, which nobody reads any more
        await process.communicate()


async def _exchange(process: Process, frame: bytes) -> list[dict[str, object]]:
    stdin, stdout = _pipes(process)
    stdin.write(struct.pack(">I", len(frame)) + frame)
    await stdin.drain()
    (length,) = struct.unpack(">I", await stdout.readexactly(4))
    if length > FRAME_BYTES:
        raise ConnectionError("the render process answered nonsense")
    answer: list[dict[str, object]] = orjson.loads(await stdout.readexactly(length))
    if not answer:
        raise ConnectionError("the render process answered nothing")
    return answer


async def _last_status(process: Process) -> int | None:
    """How a process ended that is no more heard of. To kill it at once would hide that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS_SECONDS):
            return await process.wait()
    return None


def _obituary(status: int | None) -> str:
    if status == -signal.SIGVTALRM:
        return f"it takes longer than {JOB_HARD_CPU_SECONDS} s"
    return "it ended the process"


def _pipes(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise ConnectionError("the render process has no pipes")
    return process.stdin, process.stdout


def read_answer(parts: dict[str, Any]) -> Rendered | RenderError:
    """Read what the process says of one job."""
    if "error" in parts:
        return RenderError(f"The template failed: {parts['error'].rstrip('.')}.")
    return Rendered(
        subject=parts["subject"],
        preheader=parts["preheader"],
        sender=parts["from"],
        reply_to=parts["reply_to"],
        headers=parts["headers"],
        html=parts["html"],
        text=parts["text"],
    )
