"""The graph the checks ask: against the plain meaning, by following every way."""

from hypothesis import given
from hypothesis import strategies as st

from engine.journey.sketch import Sketch

IDS = tuple("abcdef")
graphs = st.fixed_dictionaries({step_id: st.lists(st.sampled_from(IDS), max_size=3, unique=True).map(tuple) for step_id in IDS})


def walks(targets: dict[str, tuple[str, ...]], start: str, stands: frozenset[str], *, waited: bool = False) -> set[tuple[str, bool]]:
    """Every step that can be come to by at least one way out, and whether a wait lay between: after the start, before the step."""
    found: set[tuple[str, bool]] = set()
    left = [(target, waited) for target in targets[start]]
    while left:
        step_id, has_waited = left.pop()
        if (step_id, has_waited) not in found:
            found.add((step_id, has_waited))
            left += [(target, has_waited or step_id in stands) for target in targets[step_id]]
    return found


@given(graphs, st.frozensets(st.sampled_from(IDS)))
def test_before_and_after_waiting_are_what_walking_finds(targets: dict[str, tuple[str, ...]], stands: frozenset[str]) -> None:
    sketch = Sketch("a", targets, stands=stands)

    for step_id in IDS:
        came = {other: walks(targets, other, stands) for other in IDS}
        assert sketch.before(step_id) == {other for other in IDS if {(step_id, True), (step_id, False)} & came[other]}
        assert sketch.behind(step_id) == {other for other, _ in came[step_id]}
        assert sketch.after_waiting(step_id) == {other for other in IDS if (step_id, True) in came[other]}
    assert sketch.reachable == {"a"} | {other for other, _ in walks(targets, "a", stands)}


@given(graphs)
def test_a_cycle_is_found_exactly_where_a_step_comes_after_itself(targets: dict[str, tuple[str, ...]]) -> None:
    sketch = Sketch("a", targets)

    circles = sketch.cycles()

    assert bool(circles) == any(step_id in sketch.before(step_id) for step_id in IDS)
    for circle in circles:
        assert all(following in targets[step_id] for step_id, following in zip(circle, (*circle[1:], circle[0]), strict=True))
