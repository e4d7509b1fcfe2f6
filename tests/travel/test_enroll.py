"""Who comes in: states of each row, idempotency at the same moment, no ghost after stop."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.errors import ConflictError, NotFoundError
from engine.run import lifecycle
from engine.run.enroll import EnrollRow, enroll
from engine.run.people import EndpointChange, UserChange, unsubscribe
from engine.store import endpoints, users
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, WELCOME, World, row


def statuses(results) -> list[str]:
    return [result.status for result in results]


def test_enroll_answers_each_row_in_order(world: World) -> None:
    world.publish()

    results = world.enroll(
        row("ada"),
        row("ada"),
        row("bob", key="order-1"),
        row("eve", key="order-1"),
        EnrollRow(EndpointChange("nobody")),
        EnrollRow(EndpointChange("mad", "no address")),
        EnrollRow(EndpointChange("far", "far@example.org", time_zone="Europe/Nowhere")),
        row("ada", passage="second order"),
    )

    assert statuses(results) == [
        "enrolled",
        "already_enrolled",
        "enrolled",
        "duplicate",
        "invalid",
        "invalid",
        "invalid",
        "enrolled",
    ]
    assert results[1].participant_id == results[0].participant_id
    assert results[3].participant_id == results[2].participant_id
    assert "address" in results[4].reason
    assert "Europe/Nowhere" in results[6].reason
    assert world.enroll(row("eve", key="order-1"))[0].participant_id == results[2].participant_id


def test_enroll_merges_attributes_and_null_removes(world: World) -> None:
    world.publish()
    world.enroll(row("ada", plan="free", city="Bern"))

    change = EndpointChange(
        "ada", attributes={"plan": "pro", "city": None}, time_zone="Europe/Berlin", user=UserChange("u1", {"vip": True})
    )
    world.enroll(EnrollRow(change))
    world.enroll(EnrollRow(EndpointChange("ada", user=UserChange("u1", {"vip": None, "since": 2020}))))

    with world.database.read() as connection:
        ada = endpoints.find(connection, PROJECT, ["ada"])["ada"]
        assert users.find(connection, PROJECT, ["u1"]) == {"u1": {"since": 2020}}
    assert (ada.attributes, ada.time_zone, ada.user_id, ada.address) == ({"plan": "pro"}, "Europe/Berlin", "u1", "ada@example.org")


def test_enroll_takes_the_user_as_unit_where_there_is_one(world: World) -> None:
    world.publish()

    results = world.enroll(row("ada-home", user="ada"), row("ada-work", user="ada"), row("ada-alone"))

    assert statuses(results) == ["enrolled", "already_enrolled", "enrolled"]
    assert [one.unit for one in world.rows()] == ["user:ada", "endpoint:ada-alone"]


def test_enroll_refuses_who_opted_out(world: World) -> None:
    world.publish()
    world.enroll(row("ada"), row("bob"))
    with world.database.read() as connection:
        ada = endpoints.find(connection, PROJECT, ["ada"])["ada"]
    unsubscribe(world.database, PROJECT, ada.address_hash)

    results = world.enroll(row("ada", passage="again"), row("bob", passage="again"))

    assert statuses(results) == ["opted_out", "enrolled"]


@pytest.mark.parametrize(
    ("re_entry", "soon", "late"),
    [
        ({"type": "never"}, "re_entry_refused", "re_entry_refused"),
        ({"type": "always"}, "enrolled", "enrolled"),
        ({"type": "after", "after": "P30D"}, "re_entry_refused", "enrolled"),
    ],
)
def test_enroll_keeps_the_rule_of_re_entry(world: World, re_entry: dict, soon: str, late: str) -> None:
    world.publish({**WELCOME, "re_entry": re_entry})
    world.enroll(row("ada"), row("bob"))
    world.live_through(world.time.at + timedelta(days=1))

    first = world.enroll(row("ada"), row("ada", passage="another order"))
    world.time.go(days=29)
    second = world.enroll(row("bob"))

    assert statuses(first) == [soon, "enrolled"]
    assert statuses(second) == [late]


def test_enroll_refuses_a_journey_that_is_not_open(world: World) -> None:
    with pytest.raises(NotFoundError, match="Publish"):
        world.enroll(row("ada"))
    world.publish()
    lifecycle.stop(world.database, PROJECT, "welcome")
    with pytest.raises(ConflictError, match="live again"):
        world.enroll(row("ada"))
    assert world.rows() == []


def test_enroll_pins_the_live_version_and_rings(world: World) -> None:
    world.publish()
    world.publish({**WELCOME, "name": "Welcome again"})
    rung: list[str] = []

    world.enroll(row("ada"), ring=rung.append)

    assert [one.version for one in world.rows()] == [2]
    assert rung == ["ready"]


@pytest.mark.parametrize("by", ["idempotency_key", "passage"])
def test_enroll_of_one_person_fifty_times_at_the_same_moment_enrolls_once(world: World, by: str) -> None:
    world.publish()
    gate = threading.Barrier(10)

    def ask(number: int) -> str:
        if number < 10:
            gate.wait()
        asked = row(f"ada-{number}", key="order-1") if by == "idempotency_key" else row("ada")
        return world.enroll(asked)[0].status

    with ThreadPoolExecutor(10) as threads:
        said = list(threads.map(ask, range(50)))

    other = "duplicate" if by == "idempotency_key" else "already_enrolled"
    assert sorted(said) == sorted(["enrolled"] + [other] * 49)
    assert len(world.rows()) == 1


def test_enroll_and_stop_at_the_same_moment_leave_no_ghost(world: World) -> None:
    world.publish()
    interposed, stopping = Interposed(world.database), threading.Thread(target=lifecycle.stop, args=(world.database, PROJECT, "welcome"))

    def stop_meanwhile() -> None:  # the rows are written and not committed: it has to wait for them, and then to find them
        stopping.start()
        stopping.join(timeout=0.5)
        assert stopping.is_alive()

    interposed.before_commit = [stop_meanwhile]

    [result] = enroll(interposed, world.plans, PROJECT, "welcome", [row("ada")], now=world.time)
    stopping.join(timeout=20)

    assert result.status == "enrolled"
    assert [(one.status, one.reason) for one in world.rows()] == [("exited", "stopped")]


def test_enroll_is_all_or_nothing_within_a_batch(world: World) -> None:
    world.publish()
    interposed = Interposed(world.database)
    interposed.before_commit = [lambda: (_ for _ in ()).throw(KeyboardInterrupt)]

    with pytest.raises(KeyboardInterrupt):
        enroll(interposed, world.plans, PROJECT, "welcome", [row("ada"), row("bob")], now=world.time)

    assert world.rows() == []
    with world.database.read() as connection:
        assert endpoints.find(connection, PROJECT, ["ada", "bob"]) == {}
