"""The press remembers what it has set, and this shows in nothing but the time it takes. Numbers are invented."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from helpers.building.book import compile_book, compose_book
from helpers.building.build import Request, build
from helpers.building.front import FrontMatter
from helpers.building.press import Press
from helpers.building.rendering import dump
from helpers.building.warm import warm_process
from helpers.building.workers import Workers
from support import book_notebooks as made
from support.small_chapter import PROSE, write_notebook
from support.small_project import make_project

NOTHING = FrontMatter((), {})


@pytest.fixture
def pool():
    """Have one worker."""
    with Workers(1) as workers:
        yield workers


def book(words=""):
    """Return a book of two chapters, with some words at the end of the last one."""
    notebooks = made.book()
    notebooks[-1].cells.append(made.new_markdown_cell(f"结束语{words}。"))
    return notebooks


def texts(notebooks):
    """Return executed chapters as the build has them."""
    return [dump(notebook) for notebook in notebooks]


def test_an_edited_book_is_the_same_as_one_set_from_the_start(pool):
    """Whatever was set before: nothing, the same book, another one."""
    with Press() as press:
        press.warm_up(pool, texts(book()), NOTHING)
        pdfs = [press.print(compose_book(book(words))).result() for words in ("", "甲", "甲乙" * 200, "甲")]

    assert pdfs == [compile_book(book(words)) for words in ("", "甲", "甲乙" * 200, "甲")]


def test_a_book_is_composed_by_the_pool(pool):
    """The press has room for nothing but Typst."""
    with Press() as press:
        composed = press.compose(pool, texts(book()), NOTHING).result()

    assert composed == compose_book(book())


def test_what_is_wrong_with_the_book_for_practice_hurts_nobody(pool):
    """The book may have been mended by the chapters that are being executed."""
    with Press() as press:
        press.warm_up(pool, ["no notebook"], NOTHING)

        assert press.print(compose_book(book())).result() == compile_book(book())


def test_a_book_is_ordered_from_the_executed_chapters(pool):
    """Composed by the pool, set by the press; what is wrong with the chapters is told to whoever waits for the book."""
    with Press() as press:
        good, bad = press.order(pool, texts(book()), NOTHING), press.order(pool, ["no notebook"], NOTHING)

        assert good.result() == compile_book(book())
        with pytest.raises(ValueError, match="Expecting value"):
            bad.result()


def test_a_press_that_is_killed_is_replaced(pool):
    """The next book is set by a new one, which remembers nothing."""
    with Press() as press:
        press.warm_up(pool, texts(book()), NOTHING)
        press.print(compose_book(book())).result()
        os.kill(press.worker.submit(os.getpid).result(), signal.SIGKILL)

        assert press.print(compose_book(book("甲"))).result() == compile_book(book("甲"))


def outputs(project):
    """Return every file of the report."""
    folder = project.report(2020, "river")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_report_edited_many_times_is_the_same_as_one_built_at_once(tmp_path, pool, monkeypatch):
    """With the caches and the processes of all edits before, or with none: the same bytes, the book's included."""
    edited = make_project(tmp_path / "edited")
    request = Request(2020, "river")
    monkeypatch.setenv("NIANBAO_PROJECT", str(edited.root))
    with Press() as press, warm_process(edited):
        for words in ("", "甲", "甲乙" * 200, "犇", "丙"):
            write_notebook(edited, PROSE + words)
            build(edited, request, lambda _: None, pool=pool, press=press)
    fresh = make_project(tmp_path / "fresh")
    shutil.copytree(edited.notebooks, fresh.notebooks, dirs_exist_ok=True)
    monkeypatch.setenv("NIANBAO_PROJECT", str(fresh.root))
    build(fresh, request, lambda _: None)

    assert outputs(fresh) == outputs(edited)
