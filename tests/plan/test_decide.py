"""`decide` as a table: every step kind x every kind of fact is a decision, or an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import CorruptStateError
from engine.journey.facts import Event, Exited, Facts, Finished, JsonObject, NewAssignment, Participant, QueuedSend, Waiting, Walked, Zone
from engine.plan.decide import decide
from engine.plan.plan import Plan
from tests.support.journeys import compiled

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def someone(step_id: str, *, arrived_at: datetime | None = None, basis: JsonObject | None = None, unit: str = "user:ada") -> Participant:
    return Participant("p1", "default", "trial", unit, NOON, step_id, arrived_at=arrived_at, basis=basis)


def enter(plan: Plan, facts: Facts | None = None, now: datetime = NOON) -> Walked:
    return decide(plan, someone(plan.start), facts or Facts(), now)


def ask_again(plan: Plan, facts: Facts, now: datetime, *, arrived_at: datetime = NOON, basis: JsonObject | None = None) -> Walked:
    return decide(plan, someone(plan.start, arrived_at=arrived_at, basis=basis), facts, now)


def told(walked: Walked) -> list[tuple[str | None, str, str | None]]:
    return [(decision.step_id, decision.outcome, decision.branch) for decision in walked.decisions]


# --- email ----------------------------------------------------------------------------------------------------------


def test_email_queues_its_template_and_goes_on() -> None:
    plan = compiled(
        {"a": {"type": "email", "template": "hello", "next": "b"}, "b": {"type": "email", "template": "bye"}}, {"hello": 4, "bye": 1}
    )

    walked = enter(plan)

    assert told(walked) == [("a", "queued", None), ("b", "queued", None)]
    assert walked.sends == (QueuedSend("a", "hello"), QueuedSend("b", "bye"))
    assert walked.decisions[0].grounds == {"template": "hello", "version": 4}
    assert walked.standing == Finished("b")


# --- wait: for ------------------------------------------------------------------------------------------------------

FOR = {"a": {"type": "wait", "for": "P2D"}}


def test_wait_for_begins_with_its_basis() -> None:
    walked = enter(compiled(FOR))

    basis = {"for": "P2D", "due_at": "2026-03-04T12:00:00Z"}
    assert told(walked) == [("a", "began_waiting", None)]
    assert walked.standing == Waiting("a", NOON + 2 * DAY, NOON, basis)


def test_wait_for_over_goes_on() -> None:
    walked = ask_again(compiled(FOR), Facts(), NOON + 2 * DAY)

    assert told(walked) == [("a", "waited", None)]
    assert walked.standing == Finished("a")


def test_wait_for_asked_early_stands_without_a_word() -> None:
    plan = compiled(FOR)
    begun = enter(plan).standing
    assert isinstance(begun, Waiting)

    walked = ask_again(plan, Facts(), NOON + DAY, basis=begun.basis)

    assert walked == Walked((), (), (), begun)


def test_wait_for_is_prolonged_by_pauses() -> None:
    plan = compiled(FOR)
    begun = enter(plan).standing
    assert isinstance(begun, Waiting)

    walked = ask_again(plan, Facts(paused=DAY), NOON + 2 * DAY, basis=begun.basis)

    assert told(walked) == [("a", "kept_waiting", None)]
    assert walked.decisions[0].grounds["paused"] == "P1D"
    assert isinstance(walked.standing, Waiting)
    assert (walked.standing.due_at, walked.standing.arrived_at) == (NOON + 3 * DAY, NOON)


def test_wait_for_entered_after_a_paused_wait_is_not_prolonged() -> None:
    plan = compiled({"a": {"type": "wait", "for": "P1D", "next": "b"}, "b": {"type": "wait", "for": "P1D"}})
    now = NOON + 3 * DAY

    walked = ask_again(plan, Facts(paused=DAY), now)

    assert told(walked) == [("a", "waited", None), ("b", "began_waiting", None)]
    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == now + DAY


# --- wait: until ----------------------------------------------------------------------------------------------------


def test_wait_until_stands_to_the_instant() -> None:
    walked = enter(compiled({"a": {"type": "wait", "until": "2026-03-05T09:00:00+01:00"}}))

    assert told(walked) == [("a", "began_waiting", None)]
    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def test_wait_until_the_past_goes_on_at_once_and_says_so() -> None:
    walked = enter(compiled({"a": {"type": "wait", "until": "2026-03-01T00:00:00Z"}}))

    assert told(walked) == [("a", "went_on_at_once", None)]
    assert walked.decisions[0].grounds == {"until": "2026-03-01T00:00:00Z", "due_at": "2026-03-01T00:00:00Z"}


# --- wait: until_attribute ------------------------------------------------------------------------------------------

TRIAL = {
    "a": {"type": "wait", "until_attribute": {"name": "trial_ends", "offset": "-P3D", "missing": {"next": "m"}}, "next": "z"},
    "m": {"type": "email", "template": "m"},
    "z": {"type": "email", "template": "z"},
}


def test_wait_until_attribute_begins_at_midnight_in_the_persons_zone() -> None:
    walked = enter(compiled(TRIAL), Facts({"trial_ends": "2026-03-20"}, zone=Zone("Europe/Berlin", "endpoint")))

    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == datetime(2026, 3, 16, 23, 0, tzinfo=UTC)
    assert walked.standing.basis == {
        "attribute": "trial_ends",
        "saw": "2026-03-20",
        "offset": "-P3D",
        "zone": "Europe/Berlin",
        "zone_source": "endpoint",
        "due_at": "2026-03-16T23:00:00Z",
    }


def test_wait_until_attribute_reads_it_anew() -> None:
    plan = compiled(TRIAL)
    begun = enter(plan, Facts({"trial_ends": "2026-03-06T12:00:00Z"})).standing
    assert isinstance(begun, Waiting)

    walked = ask_again(plan, Facts({"trial_ends": "2026-03-16T12:00:00Z"}), begun.due_at, basis=begun.basis)

    assert told(walked) == [("a", "kept_waiting", None)]
    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == datetime(2026, 3, 13, 12, tzinfo=UTC)


def test_wait_until_attribute_moved_into_the_past_goes_on() -> None:
    walked = ask_again(compiled(TRIAL), Facts({"trial_ends": "2026-01-01"}), NOON + DAY)

    assert told(walked) == [("a", "waited", None), ("z", "queued", None)]


@pytest.mark.parametrize(
    "seen", [None, "soon", 20260301, "2026-02-30", ["2026-03-20"], "2026-03-20T10:00:00", "0001-01-01", "9999-12-31T23:59:59Z"]
)
def test_wait_until_attribute_that_is_no_date_takes_the_missing_branch(seen: str) -> None:
    walked = enter(compiled(TRIAL), Facts({"trial_ends": seen}))

    assert told(walked) == [("a", "branched", "missing"), ("m", "queued", None)]


def test_wait_until_attribute_removed_meanwhile_takes_the_missing_branch() -> None:
    walked = ask_again(compiled(TRIAL), Facts(), NOON + DAY)

    assert told(walked)[0] == ("a", "branched", "missing")
    assert walked.decisions[0].grounds == {"attribute": "trial_ends", "missing": True}


# --- wait: until_local ----------------------------------------------------------------------------------------------

MORNING = {"a": {"type": "wait", "until_local": {"time": "09:00", "weekdays": ["tuesday", "thursday"]}}}
BERLIN = Zone("Europe/Berlin", "project")


def test_wait_until_local_stands_to_the_persons_morning() -> None:
    walked = enter(compiled(MORNING), Facts(zone=BERLIN))

    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert walked.standing.basis["zone_source"] == "project"


def test_wait_until_local_follows_a_moved_zone() -> None:
    plan = compiled(MORNING)
    begun = enter(plan, Facts(zone=BERLIN)).standing
    assert isinstance(begun, Waiting)

    walked = ask_again(plan, Facts(zone=Zone("America/New_York", "endpoint")), begun.due_at, basis=begun.basis)

    assert told(walked) == [("a", "kept_waiting", None)]
    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


def test_wait_until_local_that_passed_in_a_pause_is_taken_anew() -> None:
    resumed_at = datetime(2026, 3, 3, 22, 0, tzinfo=UTC)

    walked = ask_again(compiled(MORNING), Facts(zone=BERLIN, paused=DAY, resumed_at=resumed_at), resumed_at)

    assert isinstance(walked.standing, Waiting)
    assert walked.standing.due_at == datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def test_wait_until_local_that_comes_as_the_pause_ends_is_over() -> None:
    resumed_at = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)

    walked = ask_again(compiled(MORNING), Facts(zone=BERLIN, paused=DAY, resumed_at=resumed_at), resumed_at)

    assert told(walked) == [("a", "waited", None)]


def test_wait_until_local_is_not_moved_by_a_pause_before_it() -> None:
    paused = Facts(zone=BERLIN, paused=timedelta(hours=2), resumed_at=NOON + timedelta(hours=3))

    walked = ask_again(compiled(MORNING), paused, datetime(2026, 3, 3, 8, 0, tzinfo=UTC))

    assert told(walked) == [("a", "waited", None)]


# --- split ----------------------------------------------------------------------------------------------------------

SPLIT = {
    "a": {
        "type": "split",
        "branches": [
            {"id": "pro", "when": {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}, "next": "p"},
            {"id": "paid", "when": {"type": "attribute", "name": "plan", "op": "exists"}, "next": "q"},
        ],
        "else": {"next": "z"},
    },
    "p": {"type": "email", "template": "p"},
    "q": {"type": "email", "template": "q"},
    "z": {"type": "email", "template": "z"},
}


@pytest.mark.parametrize(
    ("attributes", "branch", "then"), [({"plan": "pro"}, "pro", "p"), ({"plan": "team"}, "paid", "q"), ({}, "else", "z")]
)
def test_split_takes_the_first_branch_that_holds(attributes: JsonObject, branch: str, then: str) -> None:
    walked = enter(compiled(SPLIT), Facts(attributes))

    assert told(walked) == [("a", "branched", branch), (then, "queued", None)]


def test_split_explains_every_branch_it_asked() -> None:
    walked = enter(compiled(SPLIT), Facts({"plan": "team"}))

    pro = {"type": "attribute", "name": "plan", "op": "is", "value": "pro", "held": False, "saw": "team"}
    paid = {"type": "attribute", "name": "plan", "op": "exists", "held": True, "saw": "team"}
    assert walked.decisions[0].grounds == {"asked": [{"branch": "pro", "condition": pro}, {"branch": "paid", "condition": paid}]}


# --- ab_test, holdout -----------------------------------------------------------------------------------------------

TEST = {
    "a": {
        "type": "ab_test",
        "salt": "s",
        "branches": [{"id": "x", "weight": 50, "next": "b"}, {"id": "y", "weight": 50, "next": "b"}],
    },
    "b": {"type": "ab_test", "salt": "s", "branches": [{"id": "y", "weight": 1}, {"id": "x", "weight": 99}]},
}
HOLDOUT = {"a": {"type": "holdout", "percent": 10, "salt": "h", "next": "b"}, "b": {"type": "email", "template": "t"}}


def test_ab_test_draws_and_wants_it_stored() -> None:
    walked = enter(compiled(TEST))

    assert len(walked.assignments) == 1
    assert walked.assignments[0].salt == "s"
    assert walked.decisions[0].grounds == {"salt": "s", "drawn": "now"}


def test_ab_test_later_in_the_stage_sees_what_was_drawn() -> None:
    first, second = enter(compiled(TEST)).decisions

    assert first.branch == second.branch
    assert second.grounds == {"salt": "s", "drawn": "earlier"}


@pytest.mark.parametrize("branch", ["x", "y"])
def test_ab_test_keeps_the_branch_assigned_before(branch: str) -> None:
    walked = enter(compiled(TEST), Facts(assignments={"s": branch}))

    assert walked.decisions[0].branch == branch
    assert walked.assignments == ()


def test_ab_test_draws_anew_when_the_branch_is_gone() -> None:
    walked = enter(compiled(TEST), Facts(assignments={"s": "old"}))

    assert walked.decisions[0].grounds == {"salt": "s", "drawn": "now", "gone": "old"}
    assert walked.assignments == (NewAssignment("s", str(walked.decisions[0].branch), replaces="old"),)


def test_holdout_held_out_finishes_there() -> None:
    walked = enter(compiled(HOLDOUT), Facts(assignments={"h": "held_out"}))

    assert told(walked) == [("a", "assigned", "held_out")]
    assert walked.standing == Finished("a")


def test_holdout_holds_out_its_share() -> None:
    plan = compiled(HOLDOUT)

    branches = [decide(plan, someone("a", unit=f"user:{n}"), Facts(), NOON).decisions[0].branch for n in range(2_000)]

    assert 150 < branches.count("held_out") < 250


# --- the journey as a whole -----------------------------------------------------------------------------------------

CLOSED = {"type": "event", "event": "account_closed", "since": "enrolled"}


@pytest.mark.parametrize("arrived_at", [None, NOON])
def test_exit_when_is_asked_first_on_entering_and_on_waking(arrived_at: datetime | None) -> None:
    plan = compiled(FOR, exit_when=CLOSED)
    closed = Facts(events={"account_closed": (Event("e1", NOON + timedelta(hours=1)),)})

    walked = decide(plan, someone("a", arrived_at=arrived_at), closed, NOON + 2 * DAY)

    assert told(walked) == [(None, "exited", None)]
    assert walked.standing == Exited("exit_when")
    assert walked.decisions[0].grounds["condition"]["saw"] == [{"id": "e1", "occurred_at": "2026-03-02T13:00:00Z"}]  # type: ignore[index, call-overload]


def test_exit_when_that_does_not_hold_is_not_told() -> None:
    earlier = Facts(events={"account_closed": (Event("e1", NOON - DAY),)})

    assert told(enter(compiled(FOR, exit_when=CLOSED), earlier)) == [("a", "began_waiting", None)]


def test_decide_refuses_a_step_that_does_not_exist() -> None:
    with pytest.raises(CorruptStateError, match="no step 'nowhere'"):
        decide(compiled(FOR), someone("nowhere"), Facts(), NOON)


def test_decide_refuses_somebody_standing_where_nobody_can() -> None:
    with pytest.raises(CorruptStateError, match="where nobody can stand"):
        decide(compiled(HOLDOUT), someone("a", arrived_at=NOON), Facts(), NOON)
