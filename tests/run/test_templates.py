"""Templates in a folder and in the database: one contract, and what is a folder's own."""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from engine.errors import InvalidInputError, StaleDraftError
from engine.run.templates import DatabaseTemplates, FolderTemplates, TemplateContent, Templates, pin_newest, write_template_folder
from engine.store import templates as rows
from engine.store.database import Database

HELLO = TemplateContent(subject="Hello", sender="Wend <w@example.com>", html="<p>Hello</p>", text="Hello", defaults={"name": "you"})
BYE = TemplateContent(subject="Bye", html="<p>Bye</p>")


@pytest.fixture(params=["folder", "database"])
def templates(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Templates:
    """Each adapter, on each database."""
    return DatabaseTemplates(database) if request.param == "database" else FolderTemplates(tmp_path / "templates", database, "default")


def test_a_template_is_read_as_it_was_written(templates: Templates) -> None:
    written = templates.write("default", "hello", HELLO)

    read = templates.read("default", "hello")

    assert read is not None
    assert (dict(read.content), read.hash, read.version) == (HELLO.plain(), written.hash, 1)
    assert read.content["from"] == "Wend <w@example.com>"
    assert templates.names("default") == ["hello"]


def test_each_new_content_is_a_version_and_the_same_one_is_not(templates: Templates) -> None:
    numbers = [templates.write("default", "hello", content).version for content in (HELLO, HELLO, BYE, HELLO)]

    assert numbers == [1, 1, 2, 3]


def test_saving_over_what_was_not_read_is_refused(templates: Templates) -> None:
    first = templates.write("default", "hello", HELLO)
    templates.write("default", "hello", BYE, if_match=first.hash)

    with pytest.raises(StaleDraftError):
        templates.write("default", "hello", HELLO, if_match=first.hash)
    with pytest.raises(StaleDraftError):
        templates.write("default", "new", HELLO, if_match="*")


def test_templates_are_of_their_project(templates: Templates) -> None:
    templates.write("default", "hello", HELLO)

    assert templates.read("other", "hello") is None
    assert templates.names("other") == []


def test_many_who_save_at_once_make_versions_without_gaps(templates: Templates, database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: templates.write("default", "hello", TemplateContent(subject=f"Hello {n}")), range(12)))

    with database.read() as connection:
        assert [rows.find(connection, "default", "hello", number) is not None for number in range(1, 14)] == [True] * 12 + [False]


@pytest.mark.parametrize("name", ["../x", "Hello", "", "a" * 64, "hello\n"])
def test_a_name_that_no_template_may_have_is_refused(templates: Templates, name: str) -> None:
    with pytest.raises(InvalidInputError):
        templates.write("default", name, HELLO)


# --- a folder's own ---------------------------------------------------------------------------------------------------


def test_a_change_by_an_editor_shows_and_becomes_a_version_when_pinned(sqlite_database: Database, tmp_path: Path) -> None:
    templates = FolderTemplates(tmp_path, sqlite_database, "default")
    templates.write("default", "hello", HELLO)

    (tmp_path / "hello/body.html").write_text("<p>Changed</p>")

    read = templates.read("default", "hello")
    assert read is not None
    assert (read.content["html"], read.version) == ("<p>Changed</p>", None)
    pinned = pin_newest(sqlite_database, templates, "default", "hello")
    assert pinned is not None
    assert pinned.version == 2


def test_files_hold_what_the_designer_wrote(sqlite_database: Database, tmp_path: Path) -> None:
    FolderTemplates(tmp_path, sqlite_database, "default").write("default", "hello", HELLO)

    assert sorted(path.name for path in (tmp_path / "hello").iterdir()) == ["body.html", "body.txt", "template.json"]
    assert (tmp_path / "hello/body.txt").read_text() == "Hello"
    assert '"html"' not in (tmp_path / "hello/template.json").read_text()


@pytest.mark.parametrize("text", ["{", "[]", '{"subject": 1}', '{"subject": "a", "colour": "red"}', '{"subject": "a\\nb"}', "{}"])
def test_files_that_make_no_template_say_why(sqlite_database: Database, tmp_path: Path, text: str) -> None:
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello/template.json").write_text(text)
    templates = FolderTemplates(tmp_path, sqlite_database, "default")

    with pytest.raises(InvalidInputError, match="hello"):
        templates.read("default", "hello")
    assert templates.write("default", "hello", HELLO).version == 1


def test_the_templates_of_the_repository_are_templates(sqlite_database: Database) -> None:
    folder = Path(__file__).parents[2] / "templates"
    templates = FolderTemplates(folder, sqlite_database, "default")

    assert len(templates.names("default")) >= 4
    for name in templates.names("default"):
        assert templates.read("default", name) is not None


def test_a_template_that_is_being_written_is_read_when_it_is_whole(sqlite_database: Database, tmp_path: Path) -> None:
    templates = FolderTemplates(tmp_path, sqlite_database, "default")
    templates.write("default", "hello", HELLO)
    writing = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(writing, fcntl.LOCK_EX)
    (tmp_path / "hello" / "body.html").write_text(BYE.html)

    with ThreadPoolExecutor() as readers:
        reading = readers.submit(templates.read, "default", "hello")
        wait([reading], timeout=0.2)
        write_template_folder(tmp_path / "hello", BYE)
        os.close(writing)
        read = reading.result()

    assert read is not None
    assert read.content == BYE.plain()
