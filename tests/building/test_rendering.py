"""A process that is busy with the same book again makes only what changed, and makes it alike. Numbers are invented."""

from __future__ import annotations

import hashlib

import pytest

from helpers.building import rendering
from helpers.building.document import Document, read_document
from helpers.building.front import FrontMatter
from support import book_notebooks as made


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """Return the executed notebooks of a book, in a project of its own."""
    (tmp_path / "data" / "reference").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("NIANBAO_PROJECT", str(tmp_path))
    return [rendering.dump(notebook) for notebook in made.book()]


def made_of(texts):
    """Return the page and the source of the book."""
    front = FrontMatter((), {})
    return rendering.render_report(texts, front, "report.html"), rendering.compose_report(texts, front)


def test_chapters_of_the_last_book_are_read_once(texts):
    """A changed one is read, and one that is gone is forgotten."""
    first = rendering.parse_book(texts)
    again = rendering.parse_book(texts)
    changed = rendering.parse_book([texts[0], texts[1].replace("在校生", "学生")])
    back = rendering.parse_book(texts)

    assert all(one is other for one, other in zip(first, again, strict=True))
    assert changed[0] is first[0]
    assert changed[1] is not first[1]
    assert back[1] is not first[1]


def test_a_notebook_is_one_document(texts):
    """However often it is asked for; what was made of it stays with it."""
    notebook = rendering.parse(texts[0])

    assert isinstance(read_document(notebook), Document)
    assert read_document(notebook) is read_document(notebook)
    assert read_document(rendering.parse(texts[0])) is not read_document(notebook)


def test_what_is_remembered_makes_the_same_book(texts):
    """After another book, after the same one, and after one of which a chapter changed."""
    changed = [texts[0], texts[1].replace("在校生", "学生"), *texts[2:]]
    first = made_of(texts)
    again = made_of(texts)
    edited = made_of(changed)
    rendering.parse_book([])

    assert first == again != edited
    assert edited == made_of(changed)


@pytest.fixture
def another_process():
    """Forget what this process was busy with, as another one that never was."""
    rendering.parse_book([])
    yield lambda: rendering.parse_book([])
    rendering.parse_book([])


def test_what_one_process_has_prepared_the_next_one_has(texts, another_process, monkeypatch):
    """It reads no notebook then, and makes the same of it."""
    fresh = made_of(texts)
    another_process()
    rendering.prepare(texts, ("html", "pdf"))
    another_process()
    monkeypatch.setattr(rendering, "parse", None)
    rendering.prepare(texts, ("html", "pdf"))

    assert made_of(texts) == fresh


def test_a_kept_chapter_that_is_damaged_is_made_again(texts, another_process, tmp_path):
    """And so is one that another version has kept."""
    fresh = made_of(texts)
    another_process()
    rendering.prepare(texts, ("html", "pdf"))
    for path in (tmp_path / ".cache" / rendering.KIND).iterdir():
        content = b"not ours"
        path.write_bytes(hashlib.sha256(content).digest() + content)
    another_process()
    rendering.prepare(texts, ("html", "pdf"))

    assert made_of(texts) == fresh
