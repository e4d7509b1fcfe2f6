"""What may be sent and what an answer means, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mail.policy import (
    GO,
    SEND_BACKOFF,
    Intent,
    IntentFacts,
    SendingRules,
    backoff,
    decide_intent,
    is_about_the_mailbox,
    judge,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FINE = IntentFacts("journey", "ada@example.org", NOW, 1, journey_state="live", participant_status="waiting")


@pytest.mark.parametrize(
    ("change", "intent"),
    [
        ({}, GO),
        ({"participant_status": "finished"}, GO),
        ({"participant_status": "exited"}, Intent("CANCELLED", "participant_exited")),
        ({"has_participant": False}, Intent("CANCELLED", "erased")),
        ({"has_endpoint": False}, Intent("CANCELLED", "erased")),
        ({"journey_state": "stopped"}, Intent("CANCELLED", "journey_stopped")),
        ({"journey_state": "paused"}, Intent("HELD", "journey_paused")),
        ({"suppressed": "unsubscribed"}, Intent("SUPPRESSED", "unsubscribed")),
        ({"opted_out": True}, Intent("SUPPRESSED", "opted_out")),
        ({"created_at": NOW - timedelta(days=3, seconds=1)}, Intent("EXPIRED", "too_old")),
        ({"attempt": 501}, Intent("EXPIRED", "too_many_attempts")),
        # Final beats held: a suppressed person's mail does not wait for the journey to go on.
        ({"journey_state": "paused", "suppressed": "manual"}, Intent("SUPPRESSED", "manual")),
        # A test belongs to no journey; suppression holds for it as well.
        ({"send_class": "test", "journey_state": None, "participant_status": None, "has_participant": False, "has_endpoint": False}, GO),
        ({"send_class": "test", "suppressed": "manual"}, Intent("SUPPRESSED", "manual")),
    ],
)
def test_intent_is_decided_by_what_is_known(change: dict[str, Any], intent: Intent) -> None:
    assert decide_intent(replace(FINE, **change), SendingRules(), NOW) == intent


@pytest.mark.parametrize(
    ("send_class", "due_before", "intent"),
    [
        ("journey", True, Intent("UNKNOWN", "restored")),
        ("journey", False, GO),
        ("test", True, Intent("UNKNOWN", "restored")),
        # A second copy is harmless, a lost one is not.
        ("transactional", True, GO),
    ],
)
def test_what_was_due_before_a_restore_may_have_been_sent(send_class: str, due_before: bool, intent: Intent) -> None:
    facts = replace(FINE, send_class=send_class, due_at=NOW - timedelta(hours=2))
    rules = SendingRules(restored_at=NOW - timedelta(hours=1 if due_before else 3))

    assert decide_intent(facts, rules, NOW) == intent


@pytest.mark.parametrize(
    ("patterns", "goes"),
    [((), True), (("*@example.org",), True), (("ADA@*",), True), (("*@example.com", "ada@example.org"), True), (("*@example.com",), False)],
)
def test_send_only_to_lets_only_its_patterns_through(patterns: tuple[str, ...], goes: bool) -> None:
    intent = decide_intent(FINE, SendingRules(send_only_to=patterns), NOW)

    assert intent == (GO if goes else Intent("SUPPRESSED", "not_in_send_only_to"))


@pytest.mark.parametrize("stage", ["connect", "ehlo", "starttls", "auth"])
@pytest.mark.parametrize("code", [None, 421, 454, 535, 554])
def test_failure_before_a_mail_is_named_is_no_mails_fault(stage: str, code: int | None) -> None:
    assert judge(stage, code) == "relay_away"


@pytest.mark.parametrize(
    ("stage", "verdicts"),
    [
        ("mail", ("relay_away", "failed", "retry_at_once")),
        ("rcpt", ("retry", "failed", "retry_at_once")),
        ("data", ("retry", "failed", "retry_at_once")),
        ("body", ("retry", "failed", "unknown")),
    ],
)
def test_answer_is_judged_by_stage_and_kind(stage: str, verdicts: tuple[str, str, str]) -> None:
    assert (judge(stage, 451), judge(stage, 550), judge(stage, None)) == verdicts


def test_only_a_yes_after_the_dot_is_acceptance() -> None:
    accepted = [(stage, code) for stage in ("mail", "rcpt", "data", "body") for code in range(200, 600) if judge(stage, code) == "accepted"]

    assert {stage for stage, _ in accepted} == {"body"}
    assert {code // 100 for _, code in accepted} == {2}


@pytest.mark.parametrize(
    ("code", "text", "is_mailbox"),
    [
        (450, "mailbox busy", True),
        (452, "4.2.2 over quota", True),
        (451, "4.2.1 greylisted", True),
        (451, "4.7.1 slow down", False),
        (421, "4.7.0 too many", False),
        (450, "4.7.28 rate", False),
        (451, "local error", False),
    ],
)
def test_deferral_of_a_mailbox_is_told_from_one_of_a_domain(code: int, text: str, is_mailbox: bool) -> None:
    assert is_about_the_mailbox(code, text) is is_mailbox


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_backoff_grows_within_bounds(failures: int, draw: float) -> None:
    first, longest = SEND_BACKOFF

    assert first * 0.1 <= backoff(SEND_BACKOFF, failures, draw) <= longest
    assert backoff(SEND_BACKOFF, 1, draw) <= backoff(SEND_BACKOFF, failures, draw)
