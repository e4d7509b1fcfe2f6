"""Writes the migration that leads from the last one to the metadata: `make migration MESSAGE="…"`. To be read before it is committed.

A migration that makes tables gets one function for each, so that a reader finds them.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from engine.store.database import Database
from engine.store.migrate import MIGRATIONS, make_config, upgrade

_BODY = "def upgrade() -> None:\n"


def write_migration(message: str) -> Path:
    """Write the next migration and return its path."""
    numbers = [int(script.revision) for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    number = f"{max(numbers, default=0) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        if numbers:
            upgrade(url)
        database = Database(url, pool_size=1)
        with database.write() as connection:
            command.revision(make_config(connection), message=message, rev_id=number, autogenerate=True)
        database.close()
    [path] = (MIGRATIONS / "versions").glob(f"{number}_*.py")
    path.write_text(by_table(path.read_text()))
    return path


def by_table(migration: str) -> str:
    """Put each table, and its indexes, into a function of their own."""
    head, _, body = migration.partition(_BODY)
    lines = [line for line in body.splitlines() if line.strip() and not line.strip().startswith(("#", '"""'))]
    parts: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("    op."):
            found = re.match(r"    op\.(?:create_table\('(\w+)'|create_index\([^,]+, '(\w+)')", line)
            table = (found[1] or f"{found[2]}_indexes") if found else "rest"
        parts.setdefault(table, []).append(line)
    if len(parts) < 2:
        return migration
    functions = [f"def _{table}() -> None:\n" + "\n".join(part) for table, part in parts.items()]
    calls = "\n".join(f"    _{table}()" for table in parts)
    return f'{head}{_BODY}    """Do it."""\n{calls}\n\n\n' + "\n\n\n".join(functions) + "\n"


if __name__ == "__main__":
    sys.stdout.write(f"{write_migration(sys.argv[1])}\n")
