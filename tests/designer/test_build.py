"""What is generated is not stale, and what is built is in the wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.cli.documents import format_openapi
from tests.support.installation import ROOT

DESIGNER = ROOT / "designer"
WITH_NODE = DESIGNER / "scripts" / "with-node"
GENERATED = ("journey/journey.gen.ts", "api/api.gen.ts")


@pytest.fixture
def packages() -> None:
    """The designer's packages; `make test` installs them."""
    if not (DESIGNER / "node_modules").is_dir():
        pytest.skip("the designer's packages are not installed: `make designer`")


@pytest.mark.usefixtures("packages")
def test_generated_types_are_those_of_the_schema_and_the_api(tmp_path: Path) -> None:
    subprocess.run([WITH_NODE, "node", "scripts/types.mjs", tmp_path], input=format_openapi().encode(), check=True)

    stale = [name for name in GENERATED if (tmp_path / name).read_text() != (DESIGNER / "src" / name).read_text()]

    assert stale == [], "run `make types` and commit what it writes"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The project without the designer's sources, as the image's build has it, with a page built elsewhere."""
    for name in ("pyproject.toml", "README.md", "hatch_build.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("engine", "api"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "designer"))
    shutil.copy(ROOT / "api" / "routes" / "designer.py", tmp_path / "api" / "routes" / "designer.py")
    shutil.copy(ROOT / ".gitignore", tmp_path / ".gitignore")
    return tmp_path


def build_wheel(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build a wheel with the tools that are installed."""
    return subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=folder, capture_output=True, text=True)


def test_wheel_has_the_built_page_although_git_ignores_it(sources: Path) -> None:
    (sources / "api" / "designer" / "assets").mkdir(parents=True)
    for name in ("index.html", "assets/index-a1b2.js"):
        (sources / "api" / "designer" / name).write_text("built")

    built = build_wheel(sources)

    assert built.returncode == 0, built.stderr
    [wheel] = (sources / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {"api/designer/index.html", "api/designer/assets/index-a1b2.js", "api/routes/designer.py"} <= set(names)
    assert len(names) == len(set(names))


def test_wheel_without_the_page_is_refused_with_the_way_to_build_it(sources: Path) -> None:
    refused = build_wheel(sources)

    assert refused.returncode != 0
    assert "make designer" in refused.stderr
