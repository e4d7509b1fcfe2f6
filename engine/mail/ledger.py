"""The keys of the send ledger: what makes a send the same send. Everyone who inserts sends makes them here.

Knows no table and no clock; `engine.store.sends` owns the rows, `engine.mail.sender` what becomes of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

#: What a stage queues, what an author tries out. (`transactional` comes with its API.)
JOURNEY = "journey"
TEST = "test"

#: 130 bits of HMAC as 26 base32 characters: no case, safe left of an @.
MESSAGE_ID_CHARACTERS = 26


def origin_key(participant_id: str, step_id: str) -> str:
    """The key of a journey's send: a journey only goes forward, so a participant passes a step once."""
    return f"{participant_id}/{step_id}"


def origin_key_of_test(request_id: str) -> str:
    """The key of a test send; `request_id` is new for each (or made from the caller's idempotency key)."""
    return f"test/{request_id}"


def message_id(secret: bytes, origin: str, resend_number: int, domain: str) -> str:
    """The Message-ID of a send: the same at every retry, another at every resend, and nobody can guess it.

    Args:
        domain: the sending domain (right of the @ of the sender's address).
    """
    digest = hmac.new(secret, f"message-id|{origin}|{resend_number}".encode(), hashlib.sha256).digest()
    return f"<{base64.b32encode(digest)[:MESSAGE_ID_CHARACTERS].decode().lower()}@{domain}>"
