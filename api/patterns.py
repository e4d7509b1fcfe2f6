"""What callers' texts have to look like, and how to say so to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.journey.fields import ID_PATTERN

#: Ids that we give.
INNER_ID: Final = r"^[0-9a-f]{32}$"
#: Ids that callers give. They name rows; they are not shown by us anywhere without escaping, so only control characters are out.
OUTER_ID: Final = r"^[^\x00-\x1f\x7f]+$"
#: The `next` of a page.
CURSOR: Final = r"^[A-Za-z0-9_-]*$"

HINTS: Final[Mapping[str, str]] = {
    ID_PATTERN: "An id begins with a small letter, goes on with those, digits, _ and -, and has at most 63 characters.",
    INNER_ID: "Wend's own ids are 32 of the characters 0-9 and a-f: take one from an answer.",
    OUTER_ID: "It has no line breaks and no other control characters.",
    CURSOR: "Take the `next` of the page before as it is, or leave it out to begin anew.",
    r"^[^\r\n]*$": "It is one line.",
}
