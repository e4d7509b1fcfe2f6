"""Mails shown in a frame that may do nothing: their own styles and images, no script, no form, no address of ours."""

from __future__ import annotations

import re
from typing import Final

from fastapi.responses import HTMLResponse

#: A frame fed from the page itself would inherit the page's policy and lose the mail's styles; this one has a policy of its own.
FRAME_POLICY: Final = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src https: data:; font-src https: data:; frame-ancestors 'self'"
)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


def in_frame(html: str) -> HTMLResponse:
    """A mail's HTML alone; its links open beside the page that has the frame."""
    content = _HEAD.sub(lambda head: f'{head.group()}<base target="_blank">', html, count=1)
    return HTMLResponse(content, headers={"Content-Security-Policy": FRAME_POLICY, "X-Frame-Options": "SAMEORIGIN"})
