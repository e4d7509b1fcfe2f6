"""Messages as bytes: whatever goes in, the standard library's parser finds the same, and no defects."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import InvalidInputError
from engine.mail.message import LINE_OCTETS, Message, build_message

SENT_AT = datetime(2026, 11, 21, 9, 30, 5, tzinfo=UTC)
#: Every character a header may carry; the standard library's parser gives up on lone surrogates, which JSON cannot bring.
HEADER_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300)
BODY_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=2000)
FORBIDDEN = ["\r", "\n", "\r\n", "\0", "\x0b", "\x1f", "\x7f", "\u2028", "\u2029", "\t"]


def make_message(**changes: Any) -> Message:
    fields: dict[str, Any] = {
        "sender_name": "Wend",
        "sender_address": "wend@example.com",
        "to": "ada@example.org",
        "subject": "Hello",
        "sent_at": SENT_AT,
        "message_id": "<abc@example.com>",
        "send_id": "0" * 32,
        "text": "Dear Ada\n",
        "html": "<p>Dear Ada</p>\n",
    }
    return Message(**{**fields, **changes})


def parse(message: Message) -> EmailMessage:
    raw = build_message(message)
    for line in raw.split(b"\r\n"):
        assert len(line) <= LINE_OCTETS
        # Nothing in it can end DATA early or be taken for a line end by anybody (SMTP smuggling).
        assert not line.startswith(b".")
        assert b"\r" not in line
        assert b"\n" not in line
    parsed = message_from_bytes(raw, policy=default)
    for part in parsed.walk():
        assert part.defects == []
        assert all(not value.defects for value in part.values())
    return parsed


def lines(text: str) -> str:
    return re.sub("\r\n|\r|\n", "\n", text)


@settings(max_examples=300, deadline=None)
@given(HEADER_TEXT, HEADER_TEXT, BODY_TEXT, BODY_TEXT)
@example("=?utf-8?q?x?=", "=?utf-8?q?x?=", "", "")
@example(" leading", "trailing ", ".\r\n.", "\r.\n")
@example("x" * 1200, '"quoted" \\', "a", "b")
@example("", "", "a\n.\r\nb\r\n.\n", "a\r.\r\n\r\n.\rb\r\n.\r\nMAIL FROM:<eve@example.net>\r\n")
def test_message_comes_back_from_the_parser_as_it_went_in(subject: str, name: str, text: str, html: str) -> None:
    parsed = parse(make_message(subject=subject, sender_name=name, text="t" + text, html="h" + html))

    assert parsed["Subject"] == subject
    (sender,) = parsed["From"].addresses
    # Python 3.11 puts a blank between the encoded words of a phrase, where RFC 2047 6.2 has none: compare without blanks.
    assert ("".join(sender.display_name.split()), sender.addr_spec) == ("".join(name.split()), "wend@example.com")
    plain, rich = parsed.iter_parts()
    assert lines(plain.get_content()) == lines("t" + text)
    assert lines(rich.get_content()) == lines("h" + html)


@settings(max_examples=100, deadline=None)
@given(HEADER_TEXT.filter(bool))
def test_header_of_a_template_comes_back(value: str) -> None:
    assert parse(make_message(headers={"X-Campaign-Name": value}))["X-Campaign-Name"] == value


def test_message_has_exactly_the_expected_headers() -> None:
    parsed = parse(make_message(reply_to="help@example.com", unsubscribe_url="https://wend.example/u/abc", feedback_id="a:b:c:wend5"))

    assert sorted(parsed.keys()) == sorted(
        [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Wend-Send", "Reply-To", "List-Unsubscribe",
            "List-Unsubscribe-Post", "Feedback-ID", "MIME-Version", "Content-Type",
        ]
    )  # fmt: skip
    assert parsed["Date"].datetime == SENT_AT


def test_list_unsubscribe_is_neither_encoded_nor_folded() -> None:
    url = "https://wend.example/u/" + "x" * 400

    raw = build_message(make_message(unsubscribe_url=url))

    assert f"\r\nList-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode() in raw


@pytest.mark.parametrize("url", ["https://wend.example/ä", "https://wend.example/a b", "https://e/>", "https://e/" + "x" * 1000])
def test_unsubscribe_url_that_would_have_to_be_changed_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        build_message(make_message(unsubscribe_url=url))


@pytest.mark.parametrize("field", ["subject", "sender_name", "to", "reply_to", "message_id", "sender_address", "feedback_id"])
@pytest.mark.parametrize("character", FORBIDDEN)
def test_control_character_in_a_header_is_refused(field: str, character: str) -> None:
    with pytest.raises(InvalidInputError):
        build_message(make_message(**{field: f"a{character}Bcc: eve@example.net"}))


@pytest.mark.parametrize("character", FORBIDDEN)
def test_control_character_in_a_templates_header_is_refused(character: str) -> None:
    with pytest.raises(InvalidInputError):
        build_message(make_message(headers={"X-Tag": f"a{character}b"}))
    with pytest.raises(InvalidInputError):
        build_message(make_message(headers={f"X-Tag{character}": "b"}))


@pytest.mark.parametrize("name", ["Bcc", "from", "Content-Type", "DKIM-Signature", "List-Unsubscribe", "X Tag", "", "X-Täg", "X:Y"])
def test_header_that_is_not_a_templates_to_set_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        build_message(make_message(headers={name: "x"}))


def test_ten_kilobyte_values_are_encoded_in_lines_that_fit() -> None:
    parsed = parse(make_message(subject="ä" * 5000, sender_name="b" * 10_000, headers={"X-Long": "c " * 5000 + "c"}))

    assert parsed["Subject"] == "ä" * 5000


def test_text_alone_makes_a_mail_of_one_part() -> None:
    parsed = parse(make_message(html=""))

    assert parsed.get_content_type() == "text/plain"
    assert lines(parsed.get_content()) == "Dear Ada\n"
