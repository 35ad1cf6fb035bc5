"""Outlines and notebooks -> chapters: which cells make a chapter, and how its tables and figures are numbered.

A notebook holds sections, each begun by a Markdown cell (``## 规模与布局``) whose id is the section's. An outline says
which of them make a chapter, in which order, and may take some from other notebooks. Tables and figures bear in their
notebook the numbers of the outline that it was written for, as labels (``表5``, ``图示1-3``); another outline numbers
them anew, in the order in which they come.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from helpers.errors import BuildError, nearest
from helpers.reads import own_reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from helpers.model import Outline, Section
    from helpers.paths import Project

BUILDERS = {"tables", "figures"}
SECTION_HEADING = "## "
OPENING = re.compile(r'open_chapter\("[^"]*"')
IMPORTS = re.compile(r"^from helpers import .+$", re.MULTILINE)
EVERYTHING = "from helpers import figures, open_chapter, tables"
LABEL = re.compile(r"(图示|图|表)(\d+)(?:-(\d+))?")
BY_CHAPTER = "图示"  # numbered by chapter (图示1-1); the others run through the book
NOT_SHOWN = ""

Cell = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A call of a table or figure builder: its label and title as they stand in the notebook, its cell, its builder."""

    label: str
    title: str
    cell: str
    builder: str


class InOrder(dict[str, str]):
    """Numbers tables and figures as they are shown, for a report that shows only what it has.

    >>> numbers = InOrder()
    >>> numbers.get("表3"), numbers.get("图1"), numbers.get("表1"), numbers.get("表3")
    ('表1', '图1', '表2', '表1')
    """

    def get(self, label: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return the number of ``label``, the next of its kind where it has none yet."""
        match = LABEL.fullmatch(label)
        if label not in self and match is not None:
            kinds = [number for number in self.values() if number.startswith(match[1])]
            self[label] = f"{match[1]}{len(kinds) + 1}"
        return super().get(label, default)


def compose(notebook: Path, slug: str, sections: Sequence[Section]) -> dict[str, Any]:
    """Return the notebook of a chapter: the frame of ``notebook``, the sections in the order of the outline.

    Parameters
    ----------
    notebook
        The chapter's own notebook: its title, parameters, setup and introduction, and its last cell.
    slug
        The chapter's name in the outline, by which the setup cell opens it.
    sections
        The sections that make the chapter; none: the notebook as it stands.

    Raises
    ------
    BuildError
        A section is in no such notebook, or two sections bring cells of one name.
    """
    frame = read_notebook(notebook)
    opening, own, closing = split(frame["cells"])
    opening = [_opened(cell, slug, everything=any(section.notebook for section in sections)) for cell in opening]
    if not sections:
        return {**frame, "cells": [*opening, *frame["cells"][len(opening) :]]}
    chosen = []
    for section in sections:
        there = own if not section.notebook else split(read_notebook(notebook.parent / section.notebook)["cells"])[1]
        if section.id not in there:
            name = section.notebook or notebook.name
            message = f"notebooks/{name} has no section {section.id!r}; {nearest(section.id, there)}"
            raise BuildError(message)
        chosen += there[section.id]
    cells = [*opening, *chosen, *closing]
    names = [cell["id"] for cell in cells]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        message = f"chapter {slug}: its sections bring two cells {', '.join(repeated)}; name them apart"
        raise BuildError(message)
    return {**frame, "cells": cells}


def split(cells: Sequence[Cell]) -> tuple[list[Cell], dict[str, list[Cell]], list[Cell]]:
    """Split a notebook into what comes before its first section, its sections by their ids, and its last cell."""
    opening: list[Cell] = []
    sections: dict[str, list[Cell]] = {}
    current = opening
    for cell in cells[:-1]:
        if cell["cell_type"] == "markdown" and source(cell).startswith(SECTION_HEADING):
            current = sections.setdefault(section_id(cell["id"]), [])
        current.append(cell)
    return opening, sections, list(cells[-1:])


def section_id(cell_id: str) -> str:
    """Return the id of the section that a heading cell begins: ``teacher-training`` begins ``teacher_training``."""
    return cell_id.replace("-", "_")


def numbering(project: Project, outline: Outline) -> dict[str, str]:
    """Return the number of each table and figure of an outline's notebooks, by its label.

    One that the outline does not show has the number ``""``.
    """
    with own_reading():
        numbers: dict[str, str] = {}
        dropped: set[str] = set()
        counts: dict[str, int] = {}
        for chapter in outline.chapters:
            path = project.notebooks / chapter.notebook
            if not path.is_file():
                continue
            for cells in (read_notebook(path)["cells"], *_lent(project, chapter.sections)):
                dropped |= {exhibit.label for exhibit in exhibits(cells)}
            for exhibit in exhibits(compose(path, chapter.slug, chapter.sections)["cells"]):
                match = LABEL.fullmatch(exhibit.label)
                if match is None or exhibit.label in numbers:
                    continue
                kind, place = match[1], chapter.number.lstrip("0") if match[1] == BY_CHAPTER else ""
                counts[kind + place] = counts.get(kind + place, 0) + 1
                numbers[exhibit.label] = f"{kind}{place}{'-' if place else ''}{counts[kind + place]}"
        return dict.fromkeys(dropped - numbers.keys(), NOT_SHOWN) | numbers


def _lent(project: Project, sections: Sequence[Section]) -> Iterator[list[Cell]]:
    """Yield the cells of the other notebooks that sections come from."""
    for name in sorted({section.notebook for section in sections if section.notebook}):
        if (project.notebooks / name).is_file():
            yield read_notebook(project.notebooks / name)["cells"]


def exhibits(cells: Sequence[Cell]) -> Iterator[Exhibit]:
    """Yield the calls of builders in the order of the notebook; titles with their placeholders."""
    for cell in cells:
        text = source(cell)
        if cell["cell_type"] == "code" and any(f"{module}." in text for module in BUILDERS) and text[:2] != "%%":
            for label, title, builder in _calls(text):
                yield Exhibit(label, title, cell["id"], builder)


@lru_cache(maxsize=1024)
def _calls(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return label, title and name of each call of a builder; every chapter's numbers are asked for with all others."""
    tree = ast.parse(text)
    names = _assigned(tree)
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name), args=arguments, keywords=words):
                keywords = {word.arg or "": word.value for word in words}
                if module not in BUILDERS or "title" not in keywords:
                    continue
                label = keywords.get("number") or arguments[1]
                found.append((_text(label, names), _text(keywords["title"], names), f"{module}.{name}"))
    return tuple(found)


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook; an unchanged file is not parsed again.

    Raises
    ------
    BuildError
        It is not JSON: somebody is writing it just now, or two versions were merged by hand.
    """
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, *_: int) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"notebooks/{path.name} is not a notebook: {error}; open it in an editor for text, or restore it"
        raise BuildError(message) from None
    return content


def source(cell: Cell) -> str:
    """Return a cell's text."""
    return "".join(cell["source"])


def _opened(cell: Cell, slug: str, *, everything: bool) -> Cell:
    """Let the setup cell open the chapter ``slug``, with every name at hand that borrowed sections may use."""
    text = source(cell)
    if cell["cell_type"] != "code" or not OPENING.search(text):
        return cell
    opened = OPENING.sub(f'open_chapter("{slug}"', text)
    opened = IMPORTS.sub(EVERYTHING, opened) if everything else opened
    return cell if opened == text else {**cell, "source": opened}


def _assigned(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a cell gives names to."""
    names: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names |= dict(_pairs(target, node.value))
    return names


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)
    elif isinstance(target, ast.Name) and isinstance(value, ast.Constant):
        yield target.id, str(value.value)


def _text(node: ast.expr, names: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)
