"""What may be sent, and what a relay's answer means: pure. The sender and the simulator call the same functions.

`decide_intent` is asked in the transaction that writes the intent (email-reliability 4.2); `judge` reads one SMTP answer. Neither
touches a database, a clock or a connection.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

#: Classes of which a second copy is harmless and a lost one is not. Journeys and tests are sent at most once.
AT_LEAST_ONCE: frozenset[str] = frozenset({"transactional"})

IntentState = Literal["IN_FLIGHT", "SUPPRESSED", "HELD", "EXPIRED", "CANCELLED", "UNKNOWN"]


@dataclass(frozen=True, slots=True)
class IntentFacts:
    """What is known about a send in the transaction of its intent."""

    send_class: str
    address: str
    created_at: datetime
    attempt: int
    #: Why the address is suppressed, if it is.
    suppressed: str | None = None
    opted_out: bool = False
    #: None for a send that belongs to no journey.
    journey_state: str | None = None
    participant_status: str | None = None
    #: Whether the rows it was made from are still there.
    has_endpoint: bool = True
    has_participant: bool = True
    #: When it is due.
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendingRules:
    """What the installation allows."""

    #: Patterns (`*@example.org`); empty allows everyone.
    send_only_to: Sequence[str] = ()
    #: A send that is older is not worth sending any more (Postfix gives up after 5 days).
    expires_after: timedelta = timedelta(days=3)
    #: Claims of one send; at the longest backoff this outlasts `expires_after`.
    attempts: int = 500
    #: When the database was restored from a backup, if it ever was: what was due before may have been sent then.
    restored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """Whether a mail may go now."""

    state: IntentState
    reason: str | None = None


GO = Intent("IN_FLIGHT")


def decide_intent(facts: IntentFacts, rules: SendingRules, now: datetime) -> Intent:
    """Decide whether a mail may go now; the first condition that forbids it is the reason."""
    if facts.send_class not in AT_LEAST_ONCE and _was_due_before(rules.restored_at, facts):
        return Intent("UNKNOWN", "restored")
    if facts.send_class == "journey":
        refused = _ask_journey(facts)
        if refused is not None:
            return refused
    if now - facts.created_at > rules.expires_after:
        return Intent("EXPIRED", "too_old")
    if facts.attempt > rules.attempts:
        return Intent("EXPIRED", "too_many_attempts")
    if facts.suppressed is not None:
        return Intent("SUPPRESSED", facts.suppressed)
    if facts.opted_out:
        return Intent("SUPPRESSED", "opted_out")
    if rules.send_only_to and not any(fnmatchcase(facts.address.lower(), pattern.lower()) for pattern in rules.send_only_to):
        return Intent("SUPPRESSED", "not_in_send_only_to")
    if facts.send_class == "journey" and facts.journey_state == "paused":
        return Intent("HELD", "journey_paused")
    return GO


def _was_due_before(restored_at: datetime | None, facts: IntentFacts) -> bool:
    """Whether nobody knows if it went already: it was due in the time that a restore has forgotten."""
    return restored_at is not None and facts.due_at is not None and facts.due_at < restored_at


def _ask_journey(facts: IntentFacts) -> Intent | None:
    if not facts.has_endpoint or not facts.has_participant:
        return Intent("CANCELLED", "erased")
    if facts.journey_state == "stopped":
        return Intent("CANCELLED", "journey_stopped")
    if facts.participant_status == "exited":
        return Intent("CANCELLED", "participant_exited")
    return None


Verdict = Literal["accepted", "failed", "retry", "retry_at_once", "relay_away", "unknown"]
#: Stages before a mail is named: what goes wrong there is the relay's or the operator's, never a mail's.
_OPENING = frozenset({"connect", "ehlo", "starttls", "auth"})


def judge(stage: str, code: int | None) -> Verdict:
    """Say what an answer means for the mail.

    | stage | 2yz | 4yz | 5yz | silence or nonsense |
    |---|---|---|---|---|
    | connect, ehlo, starttls, auth | - | relay_away | relay_away | relay_away |
    | mail | - | relay_away | failed | retry_at_once |
    | rcpt | - | retry | failed | retry_at_once |
    | data (not a byte sent yet) | retry_at_once | retry | failed | retry_at_once |
    | body (after the dot) | accepted | retry | failed | unknown |
    """
    kind = code // 100 if code is not None else 0
    if stage in _OPENING:
        return "relay_away"
    if kind == 4:
        # MAIL names nobody but ourselves: whoever defers it defers every mail.
        return "relay_away" if stage == "mail" else "retry"
    if kind == 5:
        return "failed"
    if stage != "body":
        return "retry_at_once"
    return "accepted" if kind == 2 else "unknown"


_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")


def is_about_the_mailbox(code: int, text: str) -> bool:
    """Whether a deferral speaks of one mailbox (full, greylisted by address), so that its domain need not wait.

    Enhanced codes 4.1.x and 4.2.x are about the address (RFC 3463); without one, 450 and 452 are.
    """
    enhanced = _ENHANCED.match(text)
    if enhanced:
        return enhanced.group(2) in ("1", "2")
    return code in (450, 452)


#: First delay and longest, for one send and for a domain (guess between Postfix's 5 minutes and a greylist's 1).
SEND_BACKOFF = (timedelta(seconds=30), timedelta(hours=1))
DOMAIN_BACKOFF = (timedelta(seconds=2), timedelta(minutes=15))
RELAY_BACKOFF = (timedelta(seconds=1), timedelta(minutes=1))


def backoff(bounds: tuple[timedelta, timedelta], failures: int, draw: float) -> timedelta:
    """Exponential backoff with full jitter, never less than a tenth of the step so that a draw of 0 is no busy loop.

    Args:
        failures: in a row, 1 for the first.
        draw: uniform in [0, 1).
    """
    first, longest = bounds
    step = min(longest, first * 2 ** min(failures - 1, 20))
    return timedelta(seconds=step.total_seconds() * (0.1 + 0.9 * draw))
