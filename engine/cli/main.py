"""The command `wend`, as far as it goes before anything is imported."""

from __future__ import annotations

from engine.cli.interrupts import ended_by_interrupt


def main() -> None:
    """Run the command that was typed, and end with its exit code."""
    with ended_by_interrupt():
        from engine.cli.app import run_command
    run_command()


if __name__ == "__main__":
    main()
