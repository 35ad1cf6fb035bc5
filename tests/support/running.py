"""Run the real chapters in this process, without a kernel: on changed data a page is looked at in a second or two."""

from __future__ import annotations

import ast
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import helpers.chapter
from helpers.composition import compose, source
from helpers.loading import load_data
from helpers.paths import PROJECT_VARIABLE
from helpers.writing.blocks import Block, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.paths import Project

PROSE_MAGIC = "%%prose"
FIGURES = "figures."


def run_chapters(
    project: Project, *, year: int = 2020, entity: str = "hangzhou", figures: bool = False
) -> list[tuple[str, Block]]:
    """Run every code cell of every chapter of a report, as the outline of the entity composes them.

    Returns
    -------
    list
        Each block with the place that showed it, ``01_basic_conditions/scale-prose``. Cells that draw are left out
        unless ``figures`` asks for them: drawing takes nine tenths of the time.
    """
    catalogue, _ = load_data(project)
    shown: list[tuple[str, Block]] = []
    for chapter in catalogue.outline(catalogue.entities[entity], year).chapters:
        path = project.notebooks / chapter.notebook
        namespace: dict[str, Any] = {}
        for cell in compose(path, chapter.slug, chapter.sections)["cells"]:
            text = source(cell)
            if cell["cell_type"] != "code" or (not figures and FIGURES in text):
                continue
            with _here(project, shown, f"{path.stem}/{cell['id']}"):
                _run(text, namespace)
            if cell["id"] == "parameters":
                namespace |= {"year": year, "entity": entity}
    return shown


def words(block: Block) -> str:
    """Return the words of prose, without its bold leads."""
    assert isinstance(block, Prose)
    return "".join(run.text for paragraph in block.paragraphs for run in paragraph.runs)


@contextmanager
def _here(project: Project, shown: list[tuple[str, Block]], place: str) -> Iterator[None]:
    def keep(thing: object) -> None:
        if isinstance(thing, Block):
            shown.append((place, thing))

    with patch.dict(os.environ, {PROJECT_VARIABLE: str(project.root)}), patch.object(helpers.chapter, "show", keep):
        yield


def _run(text: str, namespace: dict[str, Any]) -> None:
    """Run a cell as IPython does: ``%%prose`` is our magic, the value of a last expression is shown."""
    first, _, rest = text.partition("\n")
    if first.startswith(PROSE_MAGIC):
        helpers.chapter.show(helpers.chapter._prose_magic(first.removeprefix(PROSE_MAGIC), rest))
        return
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), namespace)  # noqa: S102 - our own notebooks
    if last is not None:
        helpers.chapter.show(eval(compile(ast.Expression(last.value), "cell", "eval"), namespace))  # noqa: S307
