"""The ladder to a Temporal server: which rung is taken, what each says, and what is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.temporal import gobuild, server
from engine.temporal.download import by_download
from engine.temporal.fetch import RUNGS as ALL_RUNGS
from engine.temporal.gobuild import by_build
from engine.temporal.ladder import RELEASE, RELEASE_SERVER, Binary, Search, cache_folder, climb, on_path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def search(tmp_path: Path, said: list[str]) -> Callable[..., Search]:
    """Make a search with an empty cache and a PATH of the test's own."""
    (tmp_path / "bin").mkdir()

    def make(wanted: str | None = None, **environment: str) -> Search:
        # A proxy that refuses every connection stands for a machine without a way out.
        closed = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
        path = f"{tmp_path}/bin"
        return Search(
            tmp_path / "cache", {**closed, "PATH": path, "HOME": str(tmp_path), **environment}, wanted, said.append, lambda text: None
        )

    return make


def write_program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def write_temporal(path: Path, version: str) -> Path:
    return write_program(path, f'echo "temporal version 1.2.3 (Server {version}, UI 2.50.1)"')


def test_ladder_takes_what_is_on_path(search: Callable[..., Search], tmp_path: Path, said: list[str]) -> None:
    path = write_temporal(tmp_path / "bin" / "temporal", "1.29.1")
    write_temporal(tmp_path / "cache" / RELEASE / "temporal", RELEASE_SERVER)

    assert climb(search(), ALL_RUNGS) == Binary(path, "1.29.1")
    assert said == [f"temporal: using {path} (server 1.29.1), because it is on PATH."]


def test_ladder_takes_what_is_cached(search: Callable[..., Search], tmp_path: Path, said: list[str]) -> None:
    path = write_temporal(tmp_path / "cache" / RELEASE / "temporal", RELEASE_SERVER)

    assert climb(search(), ALL_RUNGS) == Binary(path, RELEASE_SERVER)
    assert said[0] == "temporal: there is none on PATH; looking in Wend's cache."


def test_ladder_leaves_a_binary_that_does_not_fit_the_database(search: Callable[..., Search], tmp_path: Path, said: list[str]) -> None:
    write_temporal(tmp_path / "bin" / "temporal", "1.29.1")
    fitting = write_temporal(tmp_path / "cache" / "v1.9.0" / "temporal", "1.32.0")

    assert climb(search(wanted="1.32.0"), ALL_RUNGS) == Binary(fitting, "1.32.0")
    assert "it carries server 1.29.1, and the database file was written by 1.32.0" in said[0]


def test_ladder_leaves_a_program_that_is_no_temporal(search: Callable[..., Search], tmp_path: Path, said: list[str]) -> None:
    write_program(tmp_path / "bin" / "temporal", "echo something else")

    assert on_path(search()) is None
    assert "does not say which server it carries" in said[0]


def test_ladder_neither_downloads_nor_builds_what_would_not_fit(search: Callable[..., Search], said: list[str]) -> None:
    assert climb(search(wanted="1.29.1"), ALL_RUNGS) is None
    assert [line for line in said if "would bring" in line][-1].startswith(f"temporal: the build would bring server {RELEASE_SERVER}")


def test_download_without_a_way_out_fails_within_seconds(
    search: Callable[..., Search], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    wanted = search()
    wanted.cache.mkdir()

    assert by_download(wanted) is None
    assert f"the SDK's download of {RELEASE} failed" in said[-1]
    assert list(wanted.cache.iterdir()) == []


def test_download_is_taken_into_the_cache(search: Callable[..., Search], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stand-in for the interpreter plays the child that downloads."""
    fetched = write_temporal(tmp_path / "fetched", RELEASE_SERVER)
    wanted = search()
    wanted.cache.mkdir()
    # $3 is the folder: python -m engine.temporal.download FOLDER
    monkeypatch.setattr("sys.executable", str(write_program(tmp_path / "python", f'cp "{fetched}" "$3/temporal-cli-{RELEASE}"')))

    assert by_download(wanted) == Binary(wanted.cached, RELEASE_SERVER)
    assert [path.name for path in wanted.cache.iterdir()] == [RELEASE]


def test_download_that_stands_still_is_given_up(
    search: Callable[..., Search], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: list[str]
) -> None:
    wanted = search()
    wanted.cache.mkdir()
    monkeypatch.setattr("sys.executable", str(write_program(tmp_path / "python", "exec sleep 60")))
    monkeypatch.setattr("engine.temporal.download.FIRST_BYTE_SECONDS", 0.3)

    assert by_download(wanted) is None
    assert "no byte for 0.3 s" in said[-1]


def test_download_whose_file_gets_its_last_name_while_it_is_looked_at_goes_on(
    search: Callable[..., Search], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A link to nowhere is a name in a folder that cannot be looked at, too."""
    fetched = write_temporal(tmp_path / "fetched", RELEASE_SERVER)
    wanted = search()
    wanted.cache.mkdir()
    script = f'ln -s nowhere "$3/gone"; sleep 0.3; rm "$3/gone"; cp "{fetched}" "$3/temporal-cli-{RELEASE}"'
    monkeypatch.setattr("sys.executable", str(write_program(tmp_path / "python", script)))

    assert by_download(wanted) == Binary(wanted.cached, RELEASE_SERVER)


GO_THAT_BUILDS = f"""
case "$1" in
  env) echo go1.26.4 ;;
  list) echo "go: downloading example.org/x v1" >&2; echo a; echo b ;;
  build) echo a >&2; echo b >&2
    cmp -s go.sum "{gobuild.WRAPPER}/go.sum" || exit 1
    printf '#!/bin/sh\\necho "(Server {RELEASE_SERVER}, UI 2)"\\n' > temporal ;;
esac"""


def test_build_is_taken_into_the_cache_and_shows_progress(search: Callable[..., Search], tmp_path: Path, said: list[str]) -> None:
    write_program(tmp_path / "bin" / "go", GO_THAT_BUILDS)
    shown: list[str] = []
    wanted = search(PATH=f"{tmp_path}/bin:/usr/bin:/bin")
    wanted = Search(wanted.cache, wanted.environment, None, said.append, shown.append)
    wanted.cache.mkdir()

    assert by_build(wanted) == Binary(wanted.cached, RELEASE_SERVER)
    assert "3 to 4 minutes" in said[0]
    assert [text.rpartition(",")[0] for text in shown[1:]] == ["temporal: building, 1 of 2 packages", "temporal: building, 2 of 2 packages"]


@pytest.mark.parametrize(
    ("go", "reason"),
    [
        (None, "there is no Go toolchain on PATH"),
        ("echo go1.19.8", "go1.19.8 is older than go1.21"),
        ('case "$1" in env) echo go1.26.4 ;; *) echo "go: sum mismatch" >&2; exit 1 ;; esac', "failed: go: sum mismatch"),
    ],
)
def test_build_that_cannot_be_says_why(search: Callable[..., Search], tmp_path: Path, said: list[str], go: str | None, reason: str) -> None:
    if go is not None:
        write_program(tmp_path / "bin" / "go", go)
    wanted = search()
    wanted.cache.mkdir()

    assert by_build(wanted) is None
    assert reason in said[-1]


def test_build_is_pinned_by_sums() -> None:
    assert f"github.com/temporalio/cli {RELEASE} h1:" in (gobuild.WRAPPER / "go.sum").read_text()


def test_cache_is_the_users(tmp_path: Path) -> None:
    assert cache_folder({"HOME": str(tmp_path)}) == tmp_path / ".cache" / "wend" / "temporal"
    assert cache_folder({"XDG_CACHE_HOME": "/cache", "HOME": str(tmp_path)}) == Path("/cache/wend/temporal")


def test_database_file_of_another_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    database = tmp_path / "temporal.db"
    server.record_server(database, Binary(Path("temporal"), "1.29.1"))
    database.touch()

    assert server.recorded_server(database) == "1.29.1"
    with pytest.raises(SettingsError, match=r"written by Temporal server 1\.29\.1.*Move .*temporal\.db\* away"):
        server.record_server(database, Binary(Path("temporal"), "1.31.2"))


def test_database_file_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").touch()

    with pytest.raises(SettingsError, match="was not written by Wend"):
        server.recorded_server(tmp_path / "temporal.db")


def test_path_is_the_searchs_and_not_ours(search: Callable[..., Search]) -> None:
    assert on_path(search(PATH=os.devnull)) is None
