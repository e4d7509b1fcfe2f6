"""Starts a child of `wend up`: `python -m engine.roles.launch PARENT role NAME` or `… PARENT exec COMMAND…`.

In both cases the child first asks the kernel to be killed with its parent; an exec keeps that wish.
"""

from __future__ import annotations

import importlib
import os
import sys

from engine.roles.process import die_with_parent


def command_for_role(role: str) -> list[str]:
    """The command line that starts a role as a child of this process."""
    return [sys.executable, "-m", "engine.roles.launch", str(os.getpid()), "role", role]


def command_for_program(command: list[str]) -> list[str]:
    """The command line that starts another program as a child of this process."""
    return [sys.executable, "-m", "engine.roles.launch", str(os.getpid()), "exec", *command]


def main(arguments: list[str]) -> None:
    """Become the child."""
    parent, kind, *rest = arguments
    die_with_parent(int(parent))
    if kind == "exec":
        os.execv(rest[0], rest)  # noqa: S606
    from engine.roles.settings import read_settings

    importlib.import_module(f"engine.roles.{rest[0]}").main(read_settings())


if __name__ == "__main__":
    main(sys.argv[1:])
