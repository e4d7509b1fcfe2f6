"""The house keeps its own rules: empty `__init__` files, a drawn error tree, documents that are true."""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from pathlib import Path

import pytest

from engine import errors
from engine.errors import EngineError
from engine.journey.catalogue import Catalogue
from engine.journey.checks import check_document

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", sorted(ROOT.glob("engine/**/__init__.py")) + sorted(ROOT.glob("api/**/__init__.py")), ids=str)
def test_init_files_hold_a_docstring_only(path: Path) -> None:
    body = ast.parse(path.read_text()).body

    assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body), (
        "code in an __init__ makes importing a name from the package import all of this too: move it to a module of its own"
    )


def _drawn_tree() -> dict[str, str]:
    """Class name to its parent's, as the docstring of `engine.errors` draws them."""
    parents: dict[str, str] = {}
    stack: list[tuple[int, str]] = []
    for line in inspect.getdoc(errors).splitlines():
        found = re.match(r"^([│├└─ ]*)([A-Z]\w+Error)\b", line)
        if found is None:
            continue
        depth, name = len(found[1]), found[2]
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parents[name] = stack[-1][1] if stack else "Exception"
        stack.append((depth, name))
    return parents


def test_errors_are_the_tree_that_is_drawn() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, EngineError)]

    assert {cls.__name__: cls.__mro__[1].__name__ for cls in classes} == _drawn_tree()
    assert all(cls.__doc__ for cls in classes)


def test_version_is_the_changelog_s_newest() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert newest[1] == version


def test_readme_names_every_dependency_with_its_reason() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[>=<]", requirement)[0] for requirement in declared["dependencies"]}

    assert {name for name in names if name not in README} == set()


def test_every_dependency_is_imported_somewhere() -> None:
    modules = {"css-inline": "css_inline", "email-validator": "email_validator"}
    modules |= {"prometheus-client": "prometheus_client", "uuid-utils": "uuid_utils", "psycopg": "psycopg", "tzdata": "zoneinfo"}
    source = "\n".join(path.read_text() for package in ("engine", "api") for path in ROOT.glob(f"{package}/**/*.py"))
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[>=<]", requirement)[0] for requirement in declared}

    unused = {name for name in names if not re.search(rf"^\s*(from|import) {modules.get(name, name)}\b", source, re.MULTILINE)}

    assert unused == set()


def test_readme_s_folders_and_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()

    for folder in re.findall(r"^\| `([\w/]+)`", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
    for target in re.findall(r"`make ([\w-]+)`", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for link in re.findall(r"\]\(([\w./-]+)\)", README):
        assert (ROOT / link).exists(), link


def test_readme_s_journey_has_no_problems() -> None:
    document = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert document is not None

    _, problems = check_document(document[1], Catalogue())

    assert problems == ()
    assert json.loads(document[1])["format"] == 1
