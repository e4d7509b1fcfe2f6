"""Settings: what is read from where, and what is refused with which reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.roles.settings import Settings, read_settings, variable_of

NO_FILE = Path("there-is-no-such-file.toml")


def test_settings_have_defaults_that_need_no_configuration() -> None:
    settings = read_settings({}, NO_FILE)

    assert settings.url == "http://localhost:8080"
    assert settings.database.endswith("/.wend/wend.db")
    assert settings.sender == "Wend <wend@localhost>"
    assert settings.relay is None
    assert settings.clock == "auto"


def test_settings_take_the_environment_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "wend.toml"
    file.write_text('port = 1\nfrom = "Shop <shop@example.com>"\nsend_only_to = ["*@example.com"]\ntemporal_address = "temporal:7233"\n')

    settings = read_settings({"WEND_PORT": "9000"}, file)

    assert (settings.port, settings.sender, settings.send_only_to) == (9000, "Shop <shop@example.com>", ("*@example.com",))
    assert settings.temporal_address == "temporal:7233"


def test_settings_split_patterns_by_commas() -> None:
    assert read_settings({"WEND_SEND_ONLY_TO": "*@example.com, me@example.org"}, NO_FILE).send_only_to == (
        "*@example.com",
        "me@example.org",
    )


def test_settings_empty_folder_means_the_database() -> None:
    settings = read_settings({"WEND_JOURNEYS": "", "WEND_PORT": ""}, NO_FILE)

    assert settings.journeys is None
    assert settings.port == 8080


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"WEND_PORT": "many"}, "WEND_PORT: "),
        ({"WEND_DATABASE_URL": "mysql://x"}, "WEND_DATABASE_URL: write sqlite"),
        ({"WEND_PUBLIC_URL": "shop.example.com"}, "WEND_PUBLIC_URL: write it like https"),
        ({"WEND_SMTP_URL": "smtp://relay.example.com"}, "needs WEND_PUBLIC_URL and WEND_FROM"),
        ({"WEND_SMTP_URL": "smtp://relay.example.com", "WEND_FROM": "a@b.example"}, "needs WEND_PUBLIC_URL:"),
        ({"WEND_DKIM_KEY": "key.pem"}, "WEND_DKIM_SELECTOR"),
        ({"WEND_SECRET": "short"}, "WEND_SECRET: "),
        ({"WEND_SMPT_URL": "smtp://127.0.0.1"}, "Did you mean WEND_SMTP_URL?"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_the_reason(environment: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError, match=reason.replace("?", r"\?")):
        read_settings(environment, NO_FILE)


def test_settings_name_every_wrong_one_at_once() -> None:
    with pytest.raises(SettingsError, match=r"WEND_PORT: .*; WEND_SEND_RATE: "):
        read_settings({"WEND_PORT": "0", "WEND_SEND_RATE": "0"}, NO_FILE)


def test_settings_file_with_an_unknown_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wend.toml").write_text("prot = 1\n")

    with pytest.raises(SettingsError, match="Did you mean WEND_PORT"):
        read_settings({}, tmp_path / "wend.toml")


def test_relay_on_this_machine_needs_nothing_else() -> None:
    relay = read_settings({"WEND_SMTP_URL": "smtp://127.0.0.1:2525"}, NO_FILE).relay

    assert relay is not None
    assert relay.port == 2525


def test_every_setting_has_a_description_and_a_variable() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert {variable_of(name).split("_")[0] for name in Settings.model_fields} == {"WEND", "TEMPORAL"}


@pytest.mark.parametrize("sender", ["nobody", "Shop <shop@>", "Shop <shop@example.com>\r\nBcc: x@example.com"])
def test_a_sender_that_is_no_address_is_refused_by_name(sender: str) -> None:
    with pytest.raises(SettingsError, match=r"^WEND_FROM: .*; write it like Shop <shop@example.com>\.$"):
        read_settings({"WEND_FROM": sender}, NO_FILE)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("10.0.0.7", "http://10.0.0.7:8080"),
        ("localhost", "http://localhost:8080"),
    ],
)
def test_whoever_is_on_this_machine_finds_the_api_where_it_listens(host: str, url: str) -> None:
    assert read_settings({"WEND_HOST": host}, NO_FILE).local_url == url
