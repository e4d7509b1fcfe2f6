"""Where client commands go, and with which key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.cli.remote import Place, find_place
from engine.errors import SettingsError
from engine.roles.home import Home, Running

OWN = "wend_own"


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """The settings of a machine whose server has made its key."""
    (tmp_path / "api-key").write_text(f"{OWN}\n")
    return {"WEND_HOME": str(tmp_path), "WEND_PORT": "9000"}


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({}, Place("http://127.0.0.1:9000", OWN)),
        ({"WEND_URL": "http://localhost:9000/"}, Place("http://localhost:9000", OWN)),
        ({"WEND_URL": "https://shop.example", "WEND_PUBLIC_URL": "https://shop.example"}, Place("https://shop.example", OWN)),
        ({"WEND_URL": "https://shop.example", "WEND_API_KEY": "wend_theirs"}, Place("https://shop.example", "wend_theirs")),
        ({"WEND_API_KEY": "wend_other"}, Place("http://127.0.0.1:9000", "wend_other")),
        ({"WEND_URL": "", "WEND_API_KEY": ""}, Place("http://127.0.0.1:9000", OWN)),
    ],
)
def test_commands_go_to_the_local_server_unless_told_otherwise(here: dict[str, str], told: dict[str, str], place: Place) -> None:
    assert find_place(here | told) == place


def test_commands_find_the_server_that_runs(here: dict[str, str], tmp_path: Path) -> None:
    Home(tmp_path).write_running(Running(os.getpid(), "http://127.0.0.1:9100", "local"))

    assert find_place(here) == Place("http://127.0.0.1:9100", OWN)


@pytest.mark.parametrize("url", ["https://shop.example", "http://10.0.0.7:9000", "https://localhost.shop.example"])
def test_the_key_of_this_machine_is_shown_to_nobody_else(here: dict[str, str], url: str) -> None:
    with pytest.raises(SettingsError, match="Set WEND_API_KEY to a key of that server"):
        find_place(here | {"WEND_URL": url})


@pytest.mark.parametrize("url", ["nonsense", "localhost:9000", "http://[bad", "ftp://shop.example", "http://"])
def test_what_is_no_address_is_told(here: dict[str, str], url: str) -> None:
    with pytest.raises(SettingsError, match="which is no address"):
        find_place(here | {"WEND_URL": url, "WEND_API_KEY": "wend_key"})
