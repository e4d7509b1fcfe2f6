"""The canonical format: idempotent, the same for every way of writing the same, and JavaScript's numbers."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.journey.canonical import format_document

scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters())
)
ids = st.sampled_from(["a", "b", "c", "d", "e"])
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("next"), inner), max_leaves=8)
steps = st.fixed_dictionaries(
    {"next": ids}, optional={"type": st.just("email"), "else": st.fixed_dictionaries({"next": ids}), "x-y": values}
)
documents = st.fixed_dictionaries({"start": ids, "steps": st.dictionaries(ids, steps)}, optional={"name": st.text(), "x-a": values})


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = order.sample(list(value), len(value))
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(inner, order) for inner in value] if isinstance(value, list) else value


@given(documents)
def test_format_is_idempotent_and_keeps_the_meaning(document: dict[str, Any]) -> None:
    text = format_document(document)

    assert json.loads(text, parse_int=float) == document  # a large float is written without an exponent
    assert format_document(json.loads(text)) == text
    text.encode("utf-8")
    assert text.endswith("}\n")
    assert "\r" not in text


@given(documents, st.randoms(use_true_random=False))
def test_format_does_not_depend_on_the_order_of_keys(document: dict[str, Any], order: random.Random) -> None:
    assert format_document(shuffled(document, order)) == format_document(document)


def test_steps_come_as_they_are_met() -> None:
    document = {
        "steps": {
            "zeta": {},
            "last": {},
            "right": {"next": "join"},
            "left": {"next": "more"},
            "more": {"next": "join"},
            "join": {"next": "last"},
            "alone": {},
            "fork": {"else": {"next": "right"}, "branches": [{"next": "left"}]},
        },
        "start": "fork",
    }

    assert list(json.loads(format_document(document))["steps"]) == ["fork", "left", "more", "right", "join", "last", "alone", "zeta"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (50.0, "50"),
        (33.33, "33.33"),
        (1e21, "1e+21"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e300, "1.5e+300"),
        (-2.5, "-2.5"),
        (-0.0, "0"),
    ],
)
def test_numbers_are_written_as_javascript_does(value: float, text: str) -> None:
    assert format_document({"x-n": value}) == f'{{\n  "x-n": {text}\n}}\n'


def test_half_a_surrogate_pair_stays_escaped() -> None:
    assert format_document({"name": "\ud800é\u2028"}) == '{\n  "name": "\\ud800é\u2028"\n}\n'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        format_document({"x-n": value})
