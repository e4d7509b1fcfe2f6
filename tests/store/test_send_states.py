"""The send state machine under random interleavings: two senders, lapsing leases, an operator who intervenes, replies that come late.

The model keeps what was really delivered. The promise: no send is delivered twice unless it was resolved by `send_again`, and what was
delivered is never listed as anything but ACCEPTED, IN_FLIGHT or UNKNOWN.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from engine.mail.ledger_writer import LedgerWriter, _Pending
from engine.mail.policy import SendingRules
from engine.mail.resolution import resolve
from engine.store import sends, suppressions, tables
from engine.store.database import Database
from engine.store.sends import Claimed, Outcome
from engine.store.suppressions import Suppression
from tests.support.hasty import do_not_wait_for_the_disk
from tests.support.sends import SECRET, new_send, seed_journey

LEASE = timedelta(seconds=60)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
#: Which states may follow which, one step at a time; a transaction takes one.
LEGAL = {
    "QUEUED": {"CLAIMED", "CANCELLED"},
    "CLAIMED": {"QUEUED", "IN_FLIGHT", "FAILED", "SUPPRESSED", "HELD", "CANCELLED"},
    "IN_FLIGHT": {"ACCEPTED", "FAILED", "QUEUED", "UNKNOWN"},
    "UNKNOWN": {"ACCEPTED", "FAILED"},
    "HELD": {"QUEUED", "CANCELLED"},
    "ACCEPTED": set(),
    "FAILED": set(),
    "SUPPRESSED": set(),
    "CANCELLED": set(),
}
#: What the examples must have come by, or they show nothing.
USUAL = {
    ("CLAIMED", "QUEUED"),
    ("CLAIMED", "IN_FLIGHT"),
    ("CLAIMED", "FAILED"),
    ("CLAIMED", "HELD"),
    ("IN_FLIGHT", "ACCEPTED"),
    ("IN_FLIGHT", "UNKNOWN"),
    ("UNKNOWN", "ACCEPTED"),
}
#: What ends a send for good happens to some of them: to these the journey, to those their address.
LEAVING, UNWANTED = ["bea", "bob"], ["sam", "sue"]
PEOPLE = ["ada", *LEAVING, *UNWANTED]
#: Up to 50 steps each; the long form is 1000.
EXAMPLES = int(os.environ.get("SEND_STATE_EXAMPLES", "70"))
#: What a relay's no leads to.
REFUSED: st.SearchStrategy[str] = st.sampled_from(["QUEUED", "FAILED"])


class Sending(RuleBasedStateMachine):
    """Two senders and an operator on one ledger."""

    #: The steps that were taken, in all examples together.
    taken: ClassVar[set[tuple[str, str]]] = set()
    #: A database to begin with.
    seeded: ClassVar[Path]

    claims: Bundle[Claimed] = Bundle("claims")
    begun: Bundle[Claimed] = Bundle("begun")
    #: The relay has taken them, and its reply is on the way.
    delivered: Bundle[Claimed] = Bundle("delivered")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.seeded, self.folder.name)
        self.database = Database(f"sqlite:///{self.folder.name}/{self.seeded.name}")
        do_not_wait_for_the_disk(self.database)
        self.writer = LedgerWriter(self.database, claim_lease=LEASE, intent_lease=LEASE, rules=SendingRules())
        #: How often the relay took each send.
        self.arrivals: dict[str, int] = {}
        self.before: dict[str, str] = {}

    def teardown(self) -> None:
        self.writer.close()
        self.database.close()
        self.folder.cleanup()

    @initialize()
    def queue(self) -> None:
        with self.database.write() as connection:
            sends.insert_queued(connection, [new_send(f"{name}/greet", f"{name}@example.org") for name in PEOPLE])
        self.before = self.states()

    def is_any(self, *states: str) -> bool:
        return not {*states}.isdisjoint(self.before.values())

    def states(self) -> dict[str, str]:
        with self.database.read() as connection:
            return dict(connection.execute(select(tables.sends.c.id, tables.sends.c.state)).all())

    @precondition(lambda self: self.is_any("QUEUED"))
    @rule(target=claims, owner=st.sampled_from(["a", "b"]), limit=st.integers(1, 3))
    def claim(self, owner: str, limit: int) -> MultipleResults[Claimed]:
        with self.database.write() as connection:
            connection.execute(update(tables.sends).where(tables.sends.c.state == "QUEUED").values(due_at=PAST))
            found = sends.claim(connection, owner, send_class="journey", domains=["example.org"], limit=limit, lease=LEASE)
        return multiple(*found)

    @rule(target=begun, send=consumes(claims))
    def intend(self, send: Claimed) -> MultipleResults[Claimed]:
        answers = self.writer._commit(_Pending(intents=[(send, None)]))  # type: ignore[list-item]
        return multiple(send) if answers[send.id] == "IN_FLIGHT" else multiple()

    @rule(send=consumes(claims), how=REFUSED | st.just("release"))
    def refuse_envelope(self, send: Claimed, how: str) -> None:
        if how == "release":
            with self.database.write() as connection:
                sends.release(connection, [send])
        else:
            self.settle(send, how)

    @rule(send=consumes(begun), state=REFUSED)
    def refuse_message(self, send: Claimed, state: str) -> None:
        self.settle(send, state)

    @rule(target=delivered, send=consumes(begun))
    def deliver(self, send: Claimed) -> Claimed:
        self.arrivals[send.id] = self.arrivals.get(send.id, 0) + 1
        return send

    @rule(send=consumes(delivered), hears=st.sampled_from(["yes", "nothing", "never"]))
    def reply(self, send: Claimed, hears: str) -> None:
        """The reply is heard, or the connection breaks, or the sender was killed meanwhile."""
        if hears != "never":
            self.settle(send, "ACCEPTED" if hears == "yes" else "UNKNOWN")

    def settle(self, send: Claimed, state: str) -> None:
        with self.database.write() as connection:
            sends.settle(connection, [Outcome(send, state, "test")])  # type: ignore[arg-type]

    @rule(what=st.sampled_from(["lapse", "leave", "suppress", "paused", "live", "treat_as_sent", "send_again"]), number=st.integers(0, 1))
    def interfere(self, what: str, number: int) -> None:
        """What comes between; one rule, so that most steps are the senders'."""
        if what == "lapse":
            self.lapse("ab"[number])
        elif what == "leave":
            self.leave(LEAVING[number])
        elif what == "suppress":
            self.suppress(f"{UNWANTED[number]}@example.org")
        elif what in ("paused", "live"):
            self.pause_or_resume(what)
        else:
            self.resolve(what)

    def lapse(self, owner: str) -> None:
        with self.database.write() as connection:
            connection.execute(update(tables.sends).where(tables.sends.c.lease_owner == owner).values(lease_until=PAST))
            sends.recover_claims(connection)
        self.check_steps()
        with self.database.write() as connection:
            sends.recover_intents(connection, at_least_once=[])

    def leave(self, name: str) -> None:
        with self.database.write() as connection:
            connection.execute(update(tables.participants).where(tables.participants.c.id == name).values(status="exited"))
            sends.cancel_of_participants(connection, "default", [name], "participant_exited")

    def suppress(self, address: str) -> None:
        digest = new_send("x/y", address).address_hash
        with self.database.write() as connection:
            suppressions.suppress(connection, [Suppression("default", digest, None, "manual", None, PAST)])

    def pause_or_resume(self, state: str) -> None:
        with self.database.write() as connection:
            connection.execute(update(tables.journeys).values(state=state))
            if state == "live":
                sends.release_held(connection, "default", "welcome-series")

    def resolve(self, resolution: str) -> None:
        is_unresolved = (tables.sends.c.state == "UNKNOWN") & ~tables.sends.c.reason.startswith("sent_again")
        with self.database.read() as connection:
            send_id = connection.scalar(select(tables.sends.c.id).where(is_unresolved).limit(1))
        if send_id is not None:
            resolve(self.database, SECRET, "default", send_id, resolution=resolution, now=datetime.now(UTC))  # type: ignore[arg-type]

    @invariant()
    def check_steps(self) -> None:
        """Only legal steps were taken, and what arrived is listed."""
        after = self.states()
        for send_id, state in after.items():
            was = self.before.get(send_id)
            assert was is None or was == state or state in LEGAL[was], f"{was} -> {state}"
            if was is not None and was != state:
                self.taken.add((was, state))
        self.before = after
        for send_id, times in self.arrivals.items():
            assert times == 1, "delivered twice under one id"
            assert after[send_id] in {"ACCEPTED", "IN_FLIGHT", "UNKNOWN"}


def test_send_takes_only_legal_steps(tmp_path: Path) -> None:
    Sending.taken.clear()
    Sending.seeded = tmp_path / "wend.db"
    database = Database(f"sqlite:///{Sending.seeded}")
    tables.metadata.create_all(database.engine)
    seed_journey(database, PEOPLE)
    database.close()

    run_state_machine_as_test(Sending, settings=settings(max_examples=EXAMPLES, stateful_step_count=50, deadline=None, derandomize=True))

    assert Sending.taken >= USUAL
