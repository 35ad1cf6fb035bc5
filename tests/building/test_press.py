"""The press remembers what it has set, and this shows in nothing but the time it takes. Numbers are invented."""

from __future__ import annotations

import os
import shutil
import signal
import time

import pytest

from helpers.building import press as press_module
from helpers.building.book import compile_book, compose_book
from helpers.building.build import Request, build
from helpers.building.press import Press, book_place, keep_book, own_press, press_apart
from helpers.building.warm import warm_process
from helpers.building.workers import AtOnce, Workers
from support import book_notebooks as made
from support.small_chapter import PROSE, write_notebook
from support.small_project import make_project
from support.tasks import kind_of_press


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


@pytest.fixture
def kept(tmp_path):
    """Return a project, and the place of a book that is kept in it."""
    project = make_project(tmp_path)
    path = book_place(project, 2020, "river")
    keep_book(project, path, compose_book(book()), "code")
    return path


def test_an_edited_book_is_the_same_as_one_set_from_the_start(kept):
    """Whatever was set before: nothing, the same book, another one."""
    with press_apart() as press:
        press.practise(kept, "code")
        pdfs = [press.print(compose_book(book(words))).result() for words in ("", "甲", "甲乙" * 200, "甲")]

    assert pdfs == [compile_book(book(words)) for words in ("", "甲", "甲乙" * 200, "甲")]


def test_a_press_practises_the_book_that_was_kept(kept, monkeypatch):
    """Once, and only what the same code has composed: another code composes another book."""
    practised = []
    monkeypatch.setattr(press_module, "exhibits", lambda *words: practised.append(words) or {})
    for code, times in (("other", 1), ("code", 2)):
        press = Press(AtOnce(), forgets=False)
        for _ in range(times):
            press.practise(kept, code)
    composed = compose_book(book())

    assert practised == [(composed.source, composed.files)]


NOT_TYPST = b'{"code": "code", "source": "#oops(", "files": {}, "year": 2020}'


@pytest.mark.parametrize("content", [None, b"", b"no JSON", b'{"code": "code"}', NOT_TYPST])
def test_what_is_wrong_with_the_book_for_practice_hurts_nobody(kept, content):
    """It may have been cut off, or be of another version."""
    kept.unlink()
    if content is not None:
        kept.write_bytes(content)
    with press_apart() as press:
        press.practise(kept, "code")

        assert press.print(compose_book(book())).result() == compile_book(book())


def test_a_press_that_is_killed_is_replaced(kept):
    """The next book is set by a new one, which remembers nothing."""
    with press_apart() as press:
        press.practise(kept, "code")
        press.print(compose_book(book())).result()
        os.kill(press.hands.submit(os.getpid).result(), signal.SIGKILL)

        assert press.print(compose_book(book("甲"))).result() == compile_book(book("甲"))


def test_a_press_that_still_practises_is_stopped(kept):
    """Nobody waits for it, and nobody practises in its place."""
    with press_apart() as press:
        press.hands.submit(time.sleep, 60)
        press.practise(kept, "code")
        started = time.monotonic()

    assert time.monotonic() - started < 30


def test_a_process_has_the_press_that_was_set_up_last():
    """Left to itself, it sets things itself and forgets them; a worker has a process for that, which ends with it."""
    alone = own_press()
    with press_apart() as apart:
        assert own_press() is apart
        with Workers(1) as workers:
            assert workers.submit(kind_of_press).result() == ("Workers", True)
    assert own_press() is alone
    assert isinstance(alone.hands, AtOnce)


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
    with press_apart(), warm_process(edited):
        for words in ("", "甲", "甲乙" * 200, "犇", "丙"):
            write_notebook(edited, PROSE + words)
            build(edited, request, lambda _: None, pool=pool)
    fresh = make_project(tmp_path / "fresh")
    shutil.copytree(edited.notebooks, fresh.notebooks, dirs_exist_ok=True)
    monkeypatch.setenv("NIANBAO_PROJECT", str(fresh.root))
    build(fresh, request, lambda _: None)

    assert outputs(fresh) == outputs(edited)
