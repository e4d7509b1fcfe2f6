"""`Idempotency-Key`: a call that makes something, made once however often it is sent. Knows keys and answers, and no route.

The first call with a key claims it and does the work; the others wait for its answer and get the same. A call that failed frees its key,
for nothing was made. A call that died on the way is done again after a while: routes make what they do repeatable by deriving the
row's own key from the caller's (`row_key`).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from engine.errors import ConflictError, IdempotencyConflictError, InvalidInputError
from engine.store import idempotency
from engine.store.database import Database
from engine.store.idempotency import CallName, KeptAnswer

HEADER: Final = "idempotency-key"
#: Says that an answer is the first call's.
REPLAYED_HEADER: Final = "Idempotency-Replayed"
#: Longer than any of our calls takes (10,000 participants: under 2 s), so that a claim older than this is a dead process's. Shorter than
#: `WAIT_SECONDS`, so that whoever calls again after a crash is answered by that call and not told to come back.
DEAD_AFTER: Final = timedelta(seconds=10)
#: How long a call waits for the first one's answer, and how often it looks.
WAIT_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.02
_KEY = re.compile(r"[!-~]{1,200}")


async def answer_once(request: Request, database: Database, project: str, answer: Callable[[], Awaitable[Response]]) -> Response:
    """Answer a request that came with a key, or repeat the answer it got before.

    Raises:
        IdempotencyConflictError: the same key came with another body.
        ConflictError: the first call with this key is still under way.
    """
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise InvalidInputError("An Idempotency-Key has 1 to 200 printable ASCII characters.")
    call = CallName(project, f"{request.method} {request.url.path}", key)
    digest = hashlib.sha256(request.url.query.encode() + b"\n" + await request.body()).digest()
    kept = await _first_or_kept(database, call, digest)
    if kept is not None:
        headers = {REPLAYED_HEADER: "true"}
        return Response(kept.body, kept.status or 200, headers, media_type="application/json")
    try:
        response = await answer()
    except BaseException:
        await run_in_threadpool(_forget, database, call)
        raise
    if response.status_code < 400:
        await run_in_threadpool(_keep, database, call, response.status_code, bytes(response.body))
    else:
        await run_in_threadpool(_forget, database, call)
    return response


def row_key(request: Request, index: int) -> str | None:
    """The key of one row of a keyed call, the same however often the call is sent; None without a key."""
    key = request.headers.get(HEADER)
    return None if key is None else hashlib.sha256(f"{request.method} {request.url.path}|{key}|{index}".encode()).hexdigest()[:40]


async def _first_or_kept(database: Database, call: CallName, digest: bytes) -> KeptAnswer | None:
    """None for whoever is the first; the first one's answer for everybody else."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        kept = await run_in_threadpool(_claim, database, call, digest)
        if kept is None or kept.status is not None:
            return kept
        if asyncio.get_running_loop().time() > deadline:
            raise ConflictError("The first call with this Idempotency-Key is still under way.", hint="Send it again in a minute.")
        await asyncio.sleep(LOOK_SECONDS)


def _claim(database: Database, call: CallName, digest: bytes) -> KeptAnswer | None:
    now = datetime.now(UTC)
    with database.read() as connection:
        kept = idempotency.find(connection, call)
    if kept is None:
        with database.write() as connection:
            if idempotency.claim(connection, call, digest, now):
                return None
            kept = idempotency.find(connection, call)
    if kept is None:  # its call failed and freed the key between our two looks
        return _claim(database, call, digest)
    if kept.body_digest != digest:
        raise IdempotencyConflictError("This Idempotency-Key came with another body before.", hint="Use a new key for a new request.")
    if kept.status is None and now - kept.created_at > DEAD_AFTER:
        with database.write() as connection:
            if idempotency.take_over(connection, call, kept.created_at, now):
                return None
    return kept


def _keep(database: Database, call: CallName, status: int, body: bytes) -> None:
    with database.write() as connection:
        idempotency.keep(connection, call, status, body)


def _forget(database: Database, call: CallName) -> None:
    with database.write() as connection:
        idempotency.forget(connection, call)
