"""Run the real chapters in this process, without a kernel: on changed data a page is looked at in a second or two."""

from __future__ import annotations

import ast
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import helpers.chapter
from helpers.paths import PROJECT_VARIABLE
from helpers.writing.blocks import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.paths import Project

PROSE_MAGIC = "%%prose"
FIGURES = "figures."


def run_chapters(project: Project, *, figures: bool = False) -> list[tuple[str, Block]]:
    """Run every code cell of every notebook as it stands, for the year and place that the notebooks name.

    Returns
    -------
    list
        Each block with the place that showed it, ``01_basic_conditions/scale-prose``. Cells that draw are left out
        unless ``figures`` asks for them: drawing takes nine tenths of the time.
    """
    shown: list[tuple[str, Block]] = []
    for path in sorted(project.notebooks.glob("*.ipynb")):
        namespace: dict[str, Any] = {}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or (not figures and FIGURES in source):
                continue
            with _here(project, shown, f"{path.stem}/{cell['id']}"):
                _run(source, namespace)
    return shown


@contextmanager
def _here(project: Project, shown: list[tuple[str, Block]], place: str) -> Iterator[None]:
    def keep(thing: object) -> None:
        if isinstance(thing, Block):
            shown.append((place, thing))

    with patch.dict(os.environ, {PROJECT_VARIABLE: str(project.root)}), patch.object(helpers.chapter, "show", keep):
        yield


def _run(source: str, namespace: dict[str, Any]) -> None:
    """Run a cell as IPython does: ``%%prose`` is our magic, the value of a last expression is shown."""
    first, _, rest = source.partition("\n")
    if first.startswith(PROSE_MAGIC):
        helpers.chapter.show(helpers.chapter._prose_magic(first.removeprefix(PROSE_MAGIC), rest))
        return
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), namespace)  # noqa: S102 - our own notebooks
    if last is not None:
        helpers.chapter.show(eval(compile(ast.Expression(last.value), "cell", "eval"), namespace))  # noqa: S307
