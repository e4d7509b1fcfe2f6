"""Tokens of the links in mails: short, signed, carrying ids only. Where a link leads is never in it, so nothing can be redirected.

A token is 27 bytes as 36 characters of base64url, without padding and without a spare bit: key id and kind (4 bits each), the send's
id (16 bytes), and 10 bytes of HMAC-SHA256 over all of that. 80 bits against guessing online is ample, and the URL stays on one line.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["unsubscribe"]
_KINDS: Mapping[Kind, int] = {"unsubscribe": 1}
_MAC_BYTES = 10
_TOKEN = re.compile("[A-Za-z0-9_-]{36}")


@dataclass(frozen=True)
class Links:
    """Makes and reads the links of one installation."""

    #: Where the public pages are, without a slash at the end.
    public_url: str
    #: Secrets by key id (0 to 15); old ones stay readable after a rotation.
    keys: Mapping[int, bytes]
    #: The key that signs new links.
    current_key: int = 0

    def unsubscribe_url(self, send_id: str) -> str:
        """The one-click URL of a send (RFC 8058); its page is `/u/<token>`."""
        return f"{self.public_url}/u/{self.make_token('unsubscribe', send_id)}"

    def make_token(self, kind: Kind, send_id: str) -> str:
        """Sign a send's id for one purpose."""
        payload = bytes((self.current_key << 4 | _KINDS[kind],)) + bytes.fromhex(send_id)
        return base64.urlsafe_b64encode(payload + self._mac(self.current_key, payload)).decode()

    def read_token(self, kind: Kind, token: str) -> str | None:
        """The send's id, or None for a token that is not ours or for another purpose."""
        if not _TOKEN.fullmatch(token):
            return None
        raw = base64.urlsafe_b64decode(token)
        payload, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        key_id, found = payload[0] >> 4, payload[0] & 15
        if key_id not in self.keys or not hmac.compare_digest(mac, self._mac(key_id, payload)):
            return None
        return payload[1:].hex() if found == _KINDS[kind] else None

    def _mac(self, key_id: int, payload: bytes) -> bytes:
        return hmac.digest(self.keys[key_id], b"link|" + payload, "sha256")[:_MAC_BYTES]
