"""What in production is tried again when a machine is slow is waited for here, where nobody tries again."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.temporal.clock.START_TIMEOUT", timedelta(minutes=2))
    # The SDK fails a workflow task that holds a thread for 2 s, which a busy machine does, too: one more event in the history.
    monkeypatch.setenv("TEMPORAL_DEBUG", "1")
