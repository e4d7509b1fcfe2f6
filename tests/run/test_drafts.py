"""Drafts in a folder and in the database: one contract, and what is a folder's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import InvalidInputError, NotFoundError, StaleDraftError
from engine.run.drafts import DRAFT_LIMIT_BYTES, DatabaseDrafts, DraftChange, Drafts, FolderDrafts
from engine.store.database import Database

ONE = '{"name": "One", "format": 1}'
TWO = '{"name": "Two", "format": 1}'


@pytest.fixture(params=["folder", "database"])
def drafts(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Drafts:
    """Each adapter, on each database."""
    return DatabaseDrafts(database) if request.param == "database" else FolderDrafts(tmp_path / "journeys", database, "default")


def test_a_draft_is_read_as_it_was_written(drafts: Drafts) -> None:
    written = drafts.write("default", "welcome", DraftChange(ONE, base_version=3))

    read = drafts.read("default", "welcome")

    assert read is not None
    assert (read.source, read.etag, read.base_version) == (written.source, written.etag, 3)
    assert read.source == '{\n  "format": 1,\n  "name": "One"\n}\n'


@pytest.mark.parametrize(
    "text", [" ", "not json", '{"a": 1, "a": 2}', "[1]", '{"a": NaN}', '{"a": "\\ud800"}', "{" * 5000, '{"a":' * 2000 + "1"]
)
def test_a_draft_saves_whatever_it_holds(drafts: Drafts, text: str) -> None:
    drafts.write("default", "welcome", DraftChange(text))

    read = drafts.read("default", "welcome")

    assert read is not None
    assert read.source == text


def test_a_journey_without_a_draft_reads_as_none(drafts: Drafts) -> None:
    assert drafts.read("default", "welcome") is None
    assert drafts.ids("default") == []


def test_drafts_are_listed_in_order(drafts: Drafts) -> None:
    for journey_id in ("welcome", "goodbye"):
        drafts.write("default", journey_id, DraftChange(ONE))

    assert drafts.ids("default") == ["goodbye", "welcome"]


def test_drafts_are_of_their_project(drafts: Drafts) -> None:
    drafts.write("default", "welcome", DraftChange(ONE))

    assert drafts.read("other", "welcome") is None
    assert drafts.ids("other") == []


def test_saving_over_what_was_not_read_is_refused(drafts: Drafts) -> None:
    first = drafts.write("default", "welcome", DraftChange(ONE))
    drafts.write("default", "welcome", DraftChange(TWO, if_match=first.etag))

    with pytest.raises(StaleDraftError):
        drafts.write("default", "welcome", DraftChange(ONE, if_match=first.etag))
    with pytest.raises(StaleDraftError):
        drafts.write("default", "welcome", DraftChange(ONE, only_new=True))
    with pytest.raises(StaleDraftError):
        drafts.remove("default", "welcome", first.etag)


def test_matching_what_is_not_there_is_refused(drafts: Drafts) -> None:
    with pytest.raises(StaleDraftError):
        drafts.write("default", "welcome", DraftChange(ONE, if_match="*"))
    with pytest.raises(NotFoundError):
        drafts.remove("default", "welcome")


def test_of_many_who_save_at_once_one_wins(drafts: Drafts) -> None:
    first = drafts.write("default", "welcome", DraftChange(ONE))

    def save(number: int) -> bool:
        try:
            drafts.write("default", "welcome", DraftChange(json.dumps({"name": str(number)}), if_match=first.etag))
        except StaleDraftError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(save, range(16))) == 1


def test_of_many_who_begin_at_once_one_wins(drafts: Drafts) -> None:
    def save(number: int) -> bool:
        try:
            drafts.write("default", "welcome", DraftChange(json.dumps({"name": str(number)}), only_new=True))
        except StaleDraftError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(save, range(16))) == 1


def test_a_base_is_remembered_until_it_changes(drafts: Drafts) -> None:
    drafts.write("default", "welcome", DraftChange(ONE, base_version=1))
    drafts.set_base("default", "welcome", 2)
    drafts.write("default", "welcome", DraftChange(TWO))

    read = drafts.read("default", "welcome")

    assert read is not None
    assert read.base_version == 2


def test_a_removed_draft_is_gone(drafts: Drafts) -> None:
    first = drafts.write("default", "welcome", DraftChange(ONE, base_version=1))

    drafts.remove("default", "welcome", first.etag)

    assert drafts.read("default", "welcome") is None
    assert drafts.write("default", "welcome", DraftChange(ONE)).base_version is None


@pytest.mark.parametrize("journey_id", ["../x", "Welcome", "", "a" * 64, "welcome\n", "journey.schema"])
def test_an_id_that_no_journey_may_have_is_refused(drafts: Drafts, journey_id: str) -> None:
    with pytest.raises(InvalidInputError):
        drafts.write("default", journey_id, DraftChange(ONE))


@pytest.mark.parametrize("characters", [0, DRAFT_LIMIT_BYTES + 1])
def test_a_draft_of_nothing_or_too_much_is_refused(drafts: Drafts, characters: int) -> None:
    with pytest.raises(InvalidInputError):
        drafts.write("default", "welcome", DraftChange("x" * characters))


# --- a folder's own ---------------------------------------------------------------------------------------------------


@pytest.fixture
def make_folder(sqlite_database: Database, tmp_path: Path) -> Callable[..., FolderDrafts]:
    """Drafts in a folder, with a hook before a file is put in another one's place."""
    return lambda **hooks: FolderDrafts(tmp_path / "journeys", sqlite_database, "default", **hooks)


def test_a_change_by_an_editor_shows_at_once(make_folder: Callable[..., FolderDrafts], tmp_path: Path) -> None:
    drafts = make_folder()
    first = drafts.write("default", "welcome", DraftChange(ONE))

    (tmp_path / "journeys/welcome.json").write_text("{ not json")

    read = drafts.read("default", "welcome")
    assert read is not None
    assert read.source == "{ not json"
    with pytest.raises(StaleDraftError):
        drafts.write("default", "welcome", DraftChange(TWO, if_match=first.etag))


def test_files_that_are_no_journeys_are_passed_over(make_folder: Callable[..., FolderDrafts], tmp_path: Path) -> None:
    drafts = make_folder()
    drafts.write("default", "welcome", DraftChange(ONE))
    (tmp_path / "journeys/journey.schema.json").write_text("{}")
    (tmp_path / "journeys/NOTES.md").write_text("x")
    (tmp_path / "journeys/folder.json").mkdir()

    assert drafts.ids("default") == ["welcome"]
    assert drafts.read("default", "folder") is None


def test_a_crash_while_saving_leaves_the_old_draft_whole(make_folder: Callable[..., FolderDrafts], tmp_path: Path) -> None:
    make_folder().write("default", "welcome", DraftChange(ONE))

    def crash() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_folder(replaced=crash).write("default", "welcome", DraftChange(TWO))

    assert (tmp_path / "journeys/welcome.json").read_text() == '{\n  "format": 1,\n  "name": "One"\n}\n'
    assert [path.name for path in (tmp_path / "journeys").iterdir()] == ["welcome.json"]


def test_a_file_keeps_its_mode(make_folder: Callable[..., FolderDrafts], tmp_path: Path) -> None:
    drafts = make_folder()
    drafts.write("default", "welcome", DraftChange(ONE))
    (tmp_path / "journeys/welcome.json").chmod(0o600)

    drafts.write("default", "welcome", DraftChange(TWO))

    assert (tmp_path / "journeys/welcome.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_holds_one_project(make_folder: Callable[..., FolderDrafts]) -> None:
    with pytest.raises(InvalidInputError):
        make_folder().write("other", "welcome", DraftChange(ONE))
