"""Changes of endpoints and users: whoever waits for what changed becomes ready, whoever decides at that moment decides again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from engine.run.enroll import EnrollRow
from engine.run.people import EndpointChange, UserChange, apply_changes, read_change, unsubscribe
from engine.run.stage import run_stage
from engine.store import endpoints
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, START, World, journey, row

TRIAL = journey(
    "trial",
    trial={"type": "wait", "until_attribute": {"name": "trial_ends", "offset": "-P1D", "missing": {}}, "next": "bye"},
    bye={"type": "email", "template": "bye"},
)
PLAN = {"type": "user_attribute", "name": "plan", "op": "is", "value": "pro"}
BY_PLAN = journey(
    "pause",
    pause={"type": "wait", "for": "PT1H", "next": "ask"},
    ask={"type": "split", "branches": [{"id": "pro", "name": "Pro", "when": PLAN}], "else": {}},
)


def change(world: World, *changes: EndpointChange, database=None) -> None:
    with (database or world.database).write() as connection:
        apply_changes(connection, world.plans, PROJECT, [read_change(one) for one in changes], world.time.at)


def days(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def enrolled(world: World, document, asked: EnrollRow) -> str:
    world.publish(document)
    [result] = world.enroll(asked)
    world.settle()
    return result.participant_id


def test_shortened_trial_wakes_earlier(world: World) -> None:
    passage = enrolled(world, TRIAL, row("ada", trial_ends=days(30)))
    assert world.row(passage).due_at == START + timedelta(days=29)

    change(world, EndpointChange("ada", attributes={"trial_ends": days(3)}))
    woken = world.row(passage)
    world.settle()

    assert (woken.status, woken.group_id) == ("ready", None)
    assert world.row(passage).due_at == START + timedelta(days=2)
    world.live_through(START + timedelta(days=40))
    assert world.row(passage).ended_at == START + timedelta(days=2)
    assert len(world.sends()) == 1


def test_extended_trial_waits_longer_even_if_nobody_was_told(world: World) -> None:
    passage = enrolled(world, TRIAL, row("ada", trial_ends=days(3)))

    change(world, EndpointChange("ada", attributes={"trial_ends": days(30)}))
    world.live_through(START + timedelta(days=40))

    assert world.row(passage).ended_at == START + timedelta(days=29)


def test_attribute_that_no_wait_reads_wakes_nobody(world: World) -> None:
    passage = enrolled(world, TRIAL, row("ada", trial_ends=days(30)))
    before = world.row(passage)

    change(world, EndpointChange("ada", attributes={"colour": "blue"}))

    after = world.row(passage)
    assert (after.status, after.group_id, after.due_at) == (before.status, before.group_id, before.due_at)
    assert after.epoch == before.epoch + 1


def test_change_that_changes_nothing_is_nobody_s_surprise(world: World) -> None:
    passage = enrolled(world, TRIAL, row("ada", trial_ends=days(30)))
    before = world.row(passage)

    change(world, EndpointChange("ada", attributes={"trial_ends": days(30)}, user=None))

    assert world.row(passage) == before


def test_enroll_that_changes_an_attribute_wakes_who_waits_for_it(world: World) -> None:
    passage = enrolled(world, TRIAL, row("ada", trial_ends=days(30)))

    world.enroll(row("ada", trial_ends=days(3)))

    assert world.row(passage).status == "ready"


def test_moved_zone_wakes_who_waits_on_the_clock(world: World) -> None:
    civil = journey("nine", nine={"type": "wait", "until_local": {"time": "09:30"}})
    asked = EnrollRow(EndpointChange("ada", "ada@example.org", time_zone="Europe/London"))
    passage = enrolled(world, civil, asked)
    assert world.row(passage).due_at == START + timedelta(minutes=30)

    change(world, EndpointChange("ada", time_zone="America/New_York"))
    world.settle()

    assert world.row(passage).due_at == START + timedelta(hours=5, minutes=30)


def test_attribute_that_changes_while_a_stage_decides_is_not_overlooked(world: World) -> None:
    world.publish(TRIAL)
    [result] = world.enroll(row("ada", trial_ends=days(30)))
    interposed = Interposed(world.database)
    interposed.before_write = [lambda: None, lambda: change(world, EndpointChange("ada", attributes={"trial_ends": days(3)}))]

    world.dispatcher._travel = replace(world.travel, database=interposed)
    world.dispatcher.dispatch_once()  # forms the group, then walks them to the wait: the change comes in between

    assert world.row(result.participant_id).due_at == START + timedelta(days=2)


def test_user_attribute_that_changes_while_a_stage_decides_is_not_overlooked(world: World) -> None:
    passage = enrolled(world, BY_PLAN, row("ada", user="u1"))
    interposed, due = Interposed(world.database), START + timedelta(hours=1)
    # by way of another endpoint of the same user
    other = EndpointChange("ada-work", "work@example.org", user=UserChange("u1", {"plan": "pro"}))
    interposed.before_write = [lambda: change(world, other)]

    travel = replace(world.travel, database=interposed)
    run_stage(travel, project=PROJECT, group_id=world.row(passage).group_id, due=due, scheduled_at=due, generation=1)

    assert world.outcomes(passage)[-1] == ("ask", "branched", "pro")


def test_user_attribute_is_seen_by_a_passage_of_an_endpoint_alone(world: World) -> None:
    passage = enrolled(world, BY_PLAN, row("ada"))
    change(world, EndpointChange("ada", user=UserChange("u1")))
    epoch = world.row(passage).epoch

    change(world, EndpointChange("other", "other@example.org", user=UserChange("u1", {"plan": "pro"})))
    world.live_through(START + timedelta(days=1))

    assert world.row(passage).epoch > epoch
    assert world.outcomes(passage)[-1] == ("ask", "branched", "pro")


def test_changes_of_one_endpoint_at_the_same_moment_are_all_merged(world: World) -> None:
    gate = threading.Barrier(10)

    def ask(number: int) -> None:
        gate.wait()
        change(world, EndpointChange("ada", "ada@example.org", attributes={f"a{number}": number}, user=UserChange("u", {f"b{number}": 1})))

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(ask, range(10)))

    with world.database.read() as connection:
        ada = endpoints.find(connection, PROJECT, ["ada"])["ada"]
    assert ada.attributes == {f"a{number}": number for number in range(10)}


def test_replacing_an_endpoint_removes_what_is_not_said(world: World) -> None:
    change(world, EndpointChange("ada", "ada@example.org", {"a": 1, "b": 2}, time_zone="Europe/Rome", locale="it"))

    change(world, EndpointChange("ada", attributes={"b": 3}, replaces=True))

    with world.database.read() as connection:
        ada = endpoints.find(connection, PROJECT, ["ada"])["ada"]
    assert (ada.address, ada.attributes, ada.time_zone, ada.locale) == ("ada@example.org", {"b": 3}, None, None)


def test_unsubscribing_has_stages_decide_again(world: World) -> None:
    passage = enrolled(world, BY_PLAN, row("ada"))
    before = world.row(passage)
    with world.database.read() as connection:
        address_hash = endpoints.find(connection, PROJECT, ["ada"])["ada"].address_hash

    assert unsubscribe(world.database, PROJECT, address_hash)

    assert world.row(passage).epoch == before.epoch + 1
    assert not unsubscribe(world.database, PROJECT, b"nobody's")
