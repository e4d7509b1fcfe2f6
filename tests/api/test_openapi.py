"""The API against its own description: fuzzed by schemathesis, with a key and without one, and read by people."""

from __future__ import annotations
