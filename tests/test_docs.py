"""The reference pages are what the code says, and name everything there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.permissions import PERMISSIONS
from engine.cli.docs import PAGES
from engine.journey.checks import CHECKS
from engine.journey.shape import SHAPE_HELP
from engine.roles.settings import Settings, variable_of
from engine.store.tables import metadata


@pytest.mark.parametrize("name", PAGES)
def test_page_is_current(name: str) -> None:
    assert Path(name).read_text("utf-8") == PAGES[name](), f"{name} is stale: run `make docs`"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("docs/checks.md", [*(check.code for check in CHECKS), *SHAPE_HELP]),
        ("docs/tables.md", [*metadata.tables]),
        ("docs/settings.md", [variable_of(name) for name in Settings.model_fields]),
        ("docs/api-roles.md", [row.path for row in PERMISSIONS]),
        ("docs/commands.md", ["wend up", "wend check", "wend keys login-link", "wend doctor"]),
    ],
)
def test_page_names_everything(page: str, names: list[str]) -> None:
    text = Path(page).read_text("utf-8")

    assert [name for name in names if name not in text] == []
