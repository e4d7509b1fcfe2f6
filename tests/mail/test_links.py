"""Tokens of links: short, ours or refused."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mail.links import Links
from engine.store.ids import new_id

LINKS = Links("https://wend.example", {3: b"new", 2: b"old"}, current_key=3)


def test_token_is_36_characters_and_reads_back() -> None:
    send_id = new_id()

    token = LINKS.make_token("unsubscribe", send_id)

    assert len(token) == 36
    assert LINKS.read_token("unsubscribe", token) == send_id
    assert LINKS.unsubscribe_url(send_id) == f"https://wend.example/u/{token}"


def test_every_flipped_bit_is_rejected() -> None:
    raw = base64.urlsafe_b64decode(LINKS.make_token("unsubscribe", new_id()))

    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        assert LINKS.read_token("unsubscribe", base64.urlsafe_b64encode(flipped).decode()) is None


def test_token_of_an_old_key_is_read_until_the_key_is_gone() -> None:
    token = replace(LINKS, current_key=2).make_token("unsubscribe", new_id())

    assert LINKS.read_token("unsubscribe", token) is not None
    assert replace(LINKS, keys={3: b"new"}).read_token("unsubscribe", token) is None


def test_token_of_another_installation_is_rejected() -> None:
    token = replace(LINKS, keys={3: b"theirs"}).make_token("unsubscribe", new_id())

    assert LINKS.read_token("unsubscribe", token) is None


def test_token_of_another_kind_is_rejected() -> None:
    payload = bytes((3 << 4 | 2,)) + bytes.fromhex(new_id())
    token = base64.urlsafe_b64encode(payload + LINKS._mac(3, payload)).decode()

    assert LINKS.read_token("unsubscribe", token) is None


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t + "\n", lambda t: " " + t[1:], lambda t: t + "===="])
def test_token_of_another_shape_is_rejected(change: object) -> None:
    assert LINKS.read_token("unsubscribe", change(LINKS.make_token("unsubscribe", new_id()))) is None  # type: ignore[operator]


@given(st.text(max_size=50))
def test_any_other_text_is_rejected(text: str) -> None:
    assert LINKS.read_token("unsubscribe", text) is None
