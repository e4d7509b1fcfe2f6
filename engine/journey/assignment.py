"""Which branch of an experiment a unit draws: a hash, so that every process, SDK and reader agrees. Knows no storage.

`first 8 bytes, big-endian, of SHA-256("v1|" project "|" salt "|" unit)` modulo 10,000 is the bucket; branches own ranges of
buckets in the order of the document, a hundredth of a percent each. The first draw is stored and is the truth from then on
(`assignments`). `docs/assignment.md` explains it, `docs/assignment-vectors.json` holds vectors to test against.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

#: How finely shares are cut: a bucket is a hundredth of a percent.
BUCKET_COUNT = 10_000


def default_salt(journey_id: str, step_id: str) -> str:
    """The salt of a step that states none: a hash of where it stands, 32 hexadecimal digits. Ids hold no `|`."""
    return sha256(f"v1|{journey_id}|{step_id}".encode()).hexdigest()[:32]


def bucket_of(project: str, salt: str, unit: str) -> int:
    """The unit's bucket in an experiment, 0 to 9,999."""
    digest = sha256(f"v1|{project}|{salt}|{unit}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKET_COUNT


def draw(project: str, salt: str, unit: str, shares: Sequence[tuple[str, int]]) -> str:
    """Draw the unit's branch id; `shares` are branch ids with their hundredths of a percent, which sum to 10,000."""
    return branch_at(bucket_of(project, salt, unit), shares)


def branch_at(bucket: int, shares: Sequence[tuple[str, int]]) -> str:
    """The branch that owns a bucket."""
    end = 0
    for branch_id, share in shares:
        end += share
        if bucket < end:
            return branch_id
    raise ValueError(f"The shares sum to {end}, not {BUCKET_COUNT}: no branch owns bucket {bucket}.")


def hundredths(percent: float) -> int:
    """A weight in percent as hundredths of a percent; a ValueError for more than two decimals or outside 0 to 100."""
    exact = Decimal(repr(percent)) * 100  # repr, so that 0.07 is 7 and not 7.000000000000001
    if exact != int(exact) or not 0 <= exact <= BUCKET_COUNT:
        raise ValueError(f"{percent} is not a weight: write a percentage from 0 to 100 with at most two decimals.")
    return int(exact)
