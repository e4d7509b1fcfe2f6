"""An app behind a real HTTP server on loopback, for tests that want HTTP as it comes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an app on a free port and give its address; ends the server afterwards."""
    listener = socket.create_server(("127.0.0.1", 0))
    # A caller who thinks for longer than a connection is kept may call at the very moment at which it is closed.
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, timeout_keep_alive=3600))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: whoever connects waits for the server, nobody has to look whether it is there.
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
