"""Layouts are decided by chapter, kept, and the same however they were come by. Numbers are invented."""

from __future__ import annotations

import pytest

from helpers.building import book
from helpers.building.document import read_document
from helpers.building.layouts import Layout, layout_of
from helpers.building.press import Press
from helpers.building.typesetting import Exhibit, exhibits
from support import book_notebooks as made


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Keep things in a project of their own."""
    (tmp_path / "data" / "reference").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("NIANBAO_PROJECT", str(tmp_path))
    return tmp_path


def drafts(monkeypatch, *found):
    """Have drafts turn out as told, one after the other; return the sources that were drafted."""
    drafted, waiting = [], iter(found)

    def exhibits(_press, source, _files):
        drafted.append(source)
        return next(waiting)

    monkeypatch.setattr(Press, "exhibits", exhibits)
    return drafted


def stands(page, *, empty=0.0, parted=False):
    """Return where a table stands."""
    return Exhibit(page, empty, parted)


def source(layout):
    """Stand for a chapter's source."""
    return f"chapter {layout}"


@pytest.mark.usefixtures("project")
def test_a_table_that_leaves_a_page_empty_floats_and_one_that_loses_its_notes_is_tight(monkeypatch):
    """One change per draft: what follows may stand elsewhere then."""
    drafted = drafts(
        monkeypatch,
        {"a": stands(2, empty=300.0), "b": stands(3, parted=True)},
        {"a": stands(2), "b": stands(3, parted=True)},
        {"a": stands(2), "b": stands(3)},
    )

    assert layout_of(["a", "b"], source, {}) == Layout(floating=("a",), tight=("b",))
    assert drafted == [source(Layout()), source(Layout(("a",))), source(Layout(("a",), ("b",)))]


@pytest.mark.usefixtures("project")
def test_a_layout_is_kept_while_the_chapter_stays_the_same(monkeypatch):
    """Another source, or another picture, is another chapter."""
    good = {"a": stands(1)}
    drafted = drafts(monkeypatch, good, good, good)

    for _ in range(2):
        layout_of(["a"], source, {"picture": b"1"})
    assert len(drafted) == 1
    layout_of(["a"], source, {"picture": b"2"})
    layout_of(["a"], lambda layout: f"edited {layout}", {"picture": b"1"})

    assert len(drafted) == 3


@pytest.mark.usefixtures("project")
def test_a_chapter_without_tables_is_not_drafted(monkeypatch):
    """There is nothing to decide."""
    drafted = drafts(monkeypatch)

    assert layout_of([], source, {}) == Layout()
    assert drafted == []


@pytest.mark.usefixtures("project")
def test_a_chapter_stands_in_the_book_as_it_was_drafted_alone():
    """Each begins on a page of its own, so that other chapters do not matter to where its tables stand."""
    documents = [read_document(notebook) for notebook in made.book()]
    together = exhibits(book._source(documents, [Layout()] * len(documents), whole=True), book._files(documents))
    found = {}
    for document in documents:
        draft = book._source([document], [Layout()], whole=True, draft=True)
        alone = exhibits(draft, book._files([document]))
        first = min((exhibit.page for exhibit in alone.values()), default=0)
        offset = min((together[name].page for name in alone), default=0) - first
        found |= {name: Exhibit(one.page + offset, one.empty, one.parted) for name, one in alone.items()}

    assert together == found != {}


@pytest.mark.usefixtures("project")
def test_a_book_is_the_same_whether_its_layouts_are_kept_or_not():
    """The first one decides, the second one reads."""
    assert book.compile_book(made.book()) == book.compile_book(made.book())


@pytest.mark.usefixtures("project")
def test_what_is_laid_out_is_what_is_set_next(monkeypatch):
    """Typst remembers it then. Only for the book, which is set elsewhere, are the cards left out."""
    laid_out = []
    decide = Press.exhibits
    monkeypatch.setattr(Press, "exhibits", lambda press, *words: laid_out.append(words[0]) or decide(press, *words))
    chapter = made.book()[1]

    alone = book.compose_book([chapter], whole=False)
    assert laid_out[-1] == alone.source

    book.layout(read_document(chapter), whole=True)
    assert "#left-out(" in laid_out[-1]
    assert "#cards(" not in laid_out[-1]
