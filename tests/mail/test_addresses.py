"""Addresses: which may be written to, in which form, and under which key (email-reliability 1.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidInputError
from engine.mail.addresses import address_digest, domain_group, envelope_form, read_address, split_sender


@pytest.mark.parametrize(
    ("text", "envelope"),
    [
        ("ada@example.org", "ada@example.org"),
        (" ada@example.org ", "ada@example.org"),
        ("Ada.B+tag@Example.ORG", "Ada.B+tag@example.org"),
        ("ada@例え.jp", "ada@xn--r8jz45g.jp"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("o'hara@example.org", "o'hara@example.org"),
        ("wend@localhost", "wend@localhost"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_address_is_brought_into_the_form_of_smtp(text: str, envelope: str) -> None:
    read = read_address(text)

    assert (read.envelope, read.text) == (envelope, text.strip())
    assert read.envelope.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@example.org", "ada@", "ada@@example.org", "ada@example..org", "a..b@example.org", ".ada@example.org",
        "ada.@example.org",
        "ada@example", "ada@123", "ada@[127.0.0.1]", '"ada b"@example.org', "ada@exa mple.org", "ada b@example.org", "ada@-example.org",
        "ada@example.org, eve@example.net", "Ada <ada@example.org>", "ada@example.org\u200b", "a" * 65 + "@example.org",
        "ada@" + "a" * 64 + ".org", "ada@" + "a." * 130 + "org", "ädä@example.org", "ada@example.org\nBcc: eve@example.net",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_address(text)


@pytest.mark.parametrize("character", [chr(code) for code in range(0x20)] + ["\x7f", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "place", ["{}ada@example.org", "a{}da@example.org", "ada@{}example.org", "ada@example.org{}RCPT TO:<eve@example.net>"]
)
def test_control_character_in_an_address_is_refused(character: str, place: str) -> None:
    with pytest.raises(InvalidInputError):
        read_address(place.format(character))
    with pytest.raises(InvalidInputError):
        split_sender(place.format(character))


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=40), st.sampled_from(["example.org", "例え.jp", "a-b.co.uk"]))
def test_whatever_is_accepted_is_plain_and_stays_itself(local: str, domain: str) -> None:
    try:
        envelope = envelope_form(f"{local}@{domain}")
    except InvalidInputError:
        return
    assert envelope.isascii()
    assert envelope.isprintable()
    assert not set(' <>,;:"\\()[]') & set(envelope)
    assert envelope.count("@") == 1
    assert envelope_form(envelope) == envelope


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ada@Example.org", "ada@example.ORG"), ("ada@例え.jp", "ada@xn--r8jz45g.jp"), (" ada@example.org", "ada@example.org ")],
)
def test_one_mailbox_has_one_key(one: str, other: str) -> None:
    assert address_digest(one) == address_digest(other) == read_address(one).digest


def test_other_mailboxes_have_other_keys() -> None:
    assert len({address_digest(text) for text in ("ada@example.org", "ada@example.com", "eve@example.org", "a.da@example.org")}) == 4


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("ada@gmail.com", "gmail"),
        ("ada@GoogleMail.com", "gmail"),
        ("ada@aol.com", "yahoo"),
        ("ada@hotmail.com", "microsoft"),
        ("ada@example.org", "example.org"),
    ],
)
def test_domains_of_one_provider_are_one_group(address: str, group: str) -> None:
    assert domain_group(address) == group == read_address(address).domain


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Wend <wend@example.org>", "Wend", "wend@example.org"),
        ("wend@example.org", "", "wend@example.org"),
        ('"Wend, Inc." <wend@example.org>', "Wend, Inc.", "wend@example.org"),
        ("Käthe <k@例え.jp>", "Käthe", "k@xn--r8jz45g.jp"),
    ],
)
def test_sender_is_split(text: str, name: str, address: str) -> None:
    assert split_sender(text) == (name, address)
