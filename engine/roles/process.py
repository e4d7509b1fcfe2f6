"""What every process of ours does alike: dies with its parent, logs, ends on a signal, and ends with an honest exit code."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable

import structlog
import uvloop

from engine.errors import EngineError, SettingsError
from engine.roles.redaction import RedactedFormatter, redact_line

#: prctl(2); Linux only.
PR_SET_PDEATHSIG = 1
#: New objects before the collector looks for circles among them. A stage makes tens of thousands, all gone with their last reference;
#: at the usual 700, looking took a quarter of the processor's time (measured).
NEW_OBJECTS = 50_000
#: temporalio's threads need this long after the last call, or the interpreter crashes at exit in one run of four (measured).
FLUSH_SECONDS = 0.3


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies, however that comes about. Linux only; elsewhere it lives on."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def set_up_logging() -> None:
    """Log one line per event to stderr, with a time; personal data never goes there."""
    plain = logging.StreamHandler(sys.stderr)
    plain.setFormatter(RedactedFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[plain])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # For people and `grep`; a traceback ends with the error, which is what `wend up` shows of a process that died.
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback),
            redact_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def end(code: int) -> None:
    """End this process with a code that no crash of a native library at interpreter exit can change."""
    sys.stdout.flush()
    sys.stderr.flush()
    time.sleep(FLUSH_SECONDS)
    os._exit(code)


async def stop_signal() -> signal.Signals:
    """Wait for Ctrl-C, SIGTERM or the terminal's end; a second one ends the process at once."""
    loop = asyncio.get_running_loop()
    received: asyncio.Future[signal.Signals] = loop.create_future()

    def receive(number: signal.Signals) -> None:
        if received.done():
            os._exit(128 + number)
        received.set_result(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, receive, number)
    return await received


def work(role: str, main: Callable[[], Awaitable[None]]) -> None:
    """Do a role's work until it returns, and end the process: 0 when told to stop, 1 with one line when it cannot go on."""
    set_up_logging()
    log = structlog.get_logger(role=role)
    code = 0
    calm_collector()
    try:
        # Half of what a mail costs is the loop's: 1.6 times less CPU with this one (measured).
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_told(main))
    except SettingsError as error:
        sys.stderr.write(f"wend {role}: {error}\n")
        code = 1
    except EngineError as error:
        log.error("ended", error=str(error))
        code = 1
    except Exception:
        log.exception("ended")
        code = 1
    end(code)


def calm_collector() -> None:
    """Have the garbage collector leave alone what was imported, and look seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)


async def _until_told(main: Callable[[], Awaitable[None]]) -> None:
    """Let the work go on until a signal comes, then cancel it and wait until it has cleaned up."""
    working = asyncio.ensure_future(main())
    told = asyncio.ensure_future(stop_signal())
    await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        working.result()
        return
    working.cancel()
    try:
        await working
    except asyncio.CancelledError:
        return
