"""Email addresses: what may be written to, in which form, under which key. Knows the syntax, never whether a mailbox exists."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.utils import parseaddr

import email_validator
from email_validator import EmailNotValidError, validate_email

from engine.errors import InvalidInputError

#: C0 controls, DEL and the two Unicode line separators: any of them in a header or envelope starts a line of somebody else's.
FORBIDDEN_CHARACTERS = re.compile("[\x00-\x1f\x7f\u2028\u2029]")

#: What nearly all addresses look like: nothing in them needs the validator's full care, which takes 50 µs (measured) against 1 µs.
#: Two hyphens in a row may be punycode, and are left to it.
_PLAIN = re.compile(
    r"(?=.{1,254}\Z)(?!.*--)([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})\Z"
)
#: How names end that are nobody's mail domain, of which the validator knows more.
_SPECIAL_USE = tuple(email_validator.SPECIAL_USE_DOMAIN_NAMES)
_LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1

#: Mailbox providers that count, defer and block as one, whatever the domain (email-reliability 1.7).
PROVIDERS = {
    "gmail.com": "gmail",
    "googlemail.com": "gmail",
    "yahoo.com": "yahoo",
    "ymail.com": "yahoo",
    "rocketmail.com": "yahoo",
    "aol.com": "yahoo",
    "outlook.com": "microsoft",
    "hotmail.com": "microsoft",
    "live.com": "microsoft",
    "msn.com": "microsoft",
    "icloud.com": "apple",
    "me.com": "apple",
    "mac.com": "apple",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address, read once."""

    #: As it was given, without surrounding blanks.
    text: str
    #: As SMTP takes it: ASCII, an international domain as punycode.
    envelope: str
    #: The recipient's domain group (see `domain_group`).
    domain: str
    #: The key of suppressions: SHA-256 of the normalised address.
    digest: bytes


def read_address(text: str) -> Address:
    """Read an address strictly.

    Raises:
        InvalidInputError: it is no address, holds a control character, or needs SMTPUTF8, which relays seldom offer.
    """
    envelope = envelope_form(text)
    return Address(text=text.strip(), envelope=envelope, domain=domain_group(envelope), digest=address_digest(envelope))


def envelope_form(text: str) -> str:
    """Turn an address into what SMTP takes; an international domain becomes punycode.

    Raises:
        InvalidInputError: as `read_address`.
    """
    if FORBIDDEN_CHARACTERS.search(text):
        raise InvalidInputError("The address holds a control character.")
    plain = _PLAIN.match(text)
    if plain is not None and len(plain[1]) <= _LONGEST_LOCAL_PART and not plain[2].lower().endswith(_SPECIAL_USE):
        return f"{plain[1]}@{plain[2].lower()}"
    local, _, domain = text.strip().rpartition("@")
    if domain.lower() == "localhost":  # the library refuses it, and it is where a machine without a relay mails from
        return f"{envelope_form(f'{local}@example.org').rpartition('@')[0]}@localhost"
    try:
        # strict: a local part of more than 64 characters, which no relay takes
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True, globally_deliverable=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidInputError(f"Not an email address: {error}") from error
    if "." not in found.domain:
        raise InvalidInputError("Not an email address: its domain is a single word.")
    if found.ascii_email is None:
        raise InvalidInputError("The part before the @ is not ASCII, and such an address is not deliverable by this relay.")
    return found.ascii_email


def address_digest(address: str) -> bytes:
    """The key under which an address is suppressed: SHA-256 of it, lower-cased, its domain as punycode."""
    text = address.strip().lower()
    if not text.isascii():
        text = envelope_form(text).lower()
    return hashlib.sha256(text.encode()).digest()


def domain_group(address: str) -> str:
    """The group of domains that back off together: a large provider's name, else the domain itself, lower-cased."""
    domain = address.rpartition("@")[2].strip().lower()
    return PROVIDERS.get(domain, domain)


def split_sender(text: str) -> tuple[str, str]:
    """Split `Wend <wend@example.org>` into display name and address.

    Raises:
        InvalidInputError: there is no valid address in it, or a control character.
    """
    if FORBIDDEN_CHARACTERS.search(text):
        raise InvalidInputError("The sender holds a control character.")
    name, address = parseaddr(text)
    return name, envelope_form(address)
