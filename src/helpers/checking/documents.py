"""The generated parts of the documents, put in by ``python -m helpers.checking.documents --write``.

A part stands between two comments, ``<!-- generated: units -->`` and ``<!-- end of units -->``; nobody edits what is
between them. Without ``--write`` the command only says which documents are out of date.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from helpers.checking import checklist, dictionary, guide
from helpers.checking.markdown import fill
from helpers.checking.registry import Material
from helpers.errors import NianbaoError
from helpers.loading import load_data
from helpers.paths import find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from helpers.paths import Project

DOCUMENTS: Mapping[str, Mapping[str, Callable[[Material], str]]] = {
    "data/README.md": {**dictionary.PARTS, **checklist.PARTS},
    "notebooks/README.md": guide.PARTS,
    "README.zh-CN.md": guide.CHINESE_PARTS,
}


def renewed(project: Project) -> dict[str, str]:
    """Return the text of each document with its parts made anew, by its path.

    Raises
    ------
    DataError
        The data do not validate.
    TemplateError
        A part has no place in its document.
    """
    material = Material(project, *load_data(project))
    return {
        name: fill(
            (project.root / name).read_text(encoding="utf-8"), {part: make(material) for part, make in parts.items()}
        )
        for name, parts in DOCUMENTS.items()
    }


def main(words: Sequence[str]) -> int:
    """Write the documents, or name those that are out of date; return the exit code."""
    project = find_project()
    try:
        texts = renewed(project)
    except NianbaoError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stale = [name for name, text in texts.items() if (project.root / name).read_text(encoding="utf-8") != text]
    for name in stale:
        if "--write" in words:
            (project.root / name).write_text(texts[name], encoding="utf-8", newline="\n")
        sys.stdout.write(f"{name} {'written' if '--write' in words else 'is out of date'}\n")
    return 1 if stale and "--write" not in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
