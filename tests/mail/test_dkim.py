"""DKIM signatures of ours, verified by dkimpy."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.mail.dkim import DkimSigner, canonical_body, read_signer
from engine.mail.message import build_message
from tests.mail.test_message import make_message

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED25519_KEY = ed25519.Ed25519PrivateKey.generate()


def rsa_record(*_: object, **__: object) -> bytes:
    der = RSA_KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def ed25519_record(*_: object, **__: object) -> bytes:
    raw = ED25519_KEY.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(raw)


class VerifyKey:
    """What dkimpy wants of pynacl, on `cryptography`."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self._key = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, message: bytes, signature: bytes) -> None:
        self._key.verify(signature, message)


@pytest.fixture(autouse=True, scope="module")
def _dkimpy_knows_ed25519() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        signing = SimpleNamespace(VerifyKey=VerifyKey)
        exceptions = SimpleNamespace(BadSignatureError=InvalidSignature, ValueError=ValueError)
        encoding = SimpleNamespace(Base64Encoder=None)
        patch.setattr(dkim, "nacl", SimpleNamespace(signing=signing, exceptions=exceptions, encoding=encoding), raising=False)
        yield


KEYS = [(RSA_KEY, rsa_record), (ED25519_KEY, ed25519_record)]


@pytest.mark.parametrize(("key", "record"), KEYS, ids=["rsa", "ed25519"])
def test_signature_is_verified_by_dkimpy(key: rsa.RSAPrivateKey, record: Callable[..., bytes]) -> None:
    message = build_message(make_message(subject="Grüße " * 20, unsubscribe_url="https://wend.example/u/x", reply_to="help@example.com"))

    signed = DkimSigner(key, selector="s1", domain="example.com").sign(message)

    assert dkim.verify(signed, dnsfunc=record)
    assert signed.endswith(message)


def test_both_list_unsubscribe_headers_are_signed() -> None:
    message = build_message(make_message(unsubscribe_url="https://wend.example/u/x"))

    signed = DkimSigner(RSA_KEY, selector="s1", domain="example.com").sign(message)

    head = signed.partition(b"\r\nFrom:")[0]
    assert b":list-unsubscribe:list-unsubscribe-post:" in head
    assert all(len(line) <= 200 for line in head.split(b"\r\n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: Hello", b"Subject: Hullo"),
        (b"List-Unsubscribe: <https://wend", b"List-Unsubscribe: <https://evil"),
        (b"From: Wend", b"From: eve@example.net\r\nFrom: Wend"),
        (b"RGVhciBBZGEN", b"RGVhciBFdmUN"),
    ],
)
def test_change_after_signing_is_noticed(before: bytes, after: bytes) -> None:
    message = build_message(make_message(unsubscribe_url="https://wend.example/u/x"))
    signed = DkimSigner(RSA_KEY, selector="s1", domain="example.com").sign(message)

    assert before in signed
    assert not dkim.verify(signed.replace(before, after, 1), dnsfunc=rsa_record)


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200),
    st.text(st.characters(blacklist_categories=("Cs",))),
)
def test_signature_holds_for_any_message(subject: str, text: str) -> None:
    signed = DkimSigner(ED25519_KEY, selector="s1", domain="example.com").sign(build_message(make_message(subject=subject, text=text)))

    assert dkim.verify(signed, dnsfunc=ed25519_record)


@pytest.mark.parametrize(
    ("body", "canonical"),
    [(b"", b""), (b"\r\n\r\n", b""), (b"a  b\t c \r\n\r\n\r\n", b"a b c\r\n"), (b"a", b"a\r\n"), (b" \r\n a \r\n", b"\r\n a\r\n")],
)
def test_body_is_canonicalised_as_the_rfc_says(body: bytes, canonical: bytes) -> None:
    assert canonical_body(body) == canonical


def test_key_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    path.write_bytes(RSA_KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    signer = read_signer(path, selector="s1", domain="example.com")

    assert dkim.verify(signer.sign(build_message(make_message())), dnsfunc=rsa_record)


def test_key_that_dkim_does_not_know_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    for content in (b"", key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())):
        path.write_bytes(content)
        with pytest.raises(SettingsError):
            read_signer(path, selector="s1", domain="example.com")
