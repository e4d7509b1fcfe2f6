"""A wire that loses answers: passes every request on to the API whole, and some answers not, or not to their end."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

#: Of so many answers one is lost before its first byte, one in the middle, and one is not.
ONE_IN = 3
#: What callers have to send.
ONE_CALL = {"Connection": "close"}


@dataclass
class LossyWire:
    """Where to call, and what became of the answers."""

    url: str = ""
    lost: int = 0
    halved: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket, port: int, draw: random.Random) -> None:
        """Take calls until the listener is closed."""
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                fate = draw.randrange(ONE_IN)
            threading.Thread(target=self._carry, args=(caller, port, fate), daemon=True).start()

    def _carry(self, caller: socket.socket, port: int, fate: int) -> None:
        """One connection with one call: the API closes it after its answer, as callers ask it to."""
        with caller, suppress(OSError), socket.create_connection(("127.0.0.1", port)) as api:
            threading.Thread(target=_pump, args=(caller, api), daemon=True).start()
            answer = b"".join(iter(lambda: api.recv(1 << 16), b""))
            with self._lock:
                self.lost += fate == 0
                self.halved += fate == 1
            caller.sendall((b"", answer[: len(answer) // 2], answer)[fate])
            caller.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(1 << 16):
            target.sendall(part)


@contextmanager
def lossy_wire(port: int, draw: random.Random) -> Iterator[LossyWire]:
    """Stand between callers and the API."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = LossyWire(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=wire.serve, args=(listener, port, draw), daemon=True)
        thread.start()
        yield wire
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
