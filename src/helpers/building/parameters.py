"""The ``parameters`` cell of a notebook: held, before any kernel starts, to what a build gives it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from helpers.checking.secrets import refuse_secrets
from helpers.composition import read_notebook, source
from helpers.errors import ParameterError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TAG = "parameters"


def check_parameters_cell(notebook: Path, given: Iterable[str]) -> None:
    """Refuse a notebook that has no place for the parameters ``given``, or that has secrets for parameters.

    papermill only warns of the one and does not know of the other.

    Raises
    ------
    ParameterError
        With the nearest names, or because there is no such cell, or because everybody would see a secret.
    """
    name = f"notebooks/{notebook.name}"
    tagged = [cell for cell in read_notebook(notebook)["cells"] if TAG in cell["metadata"].get("tags", ())]
    if len(tagged) != 1:
        message = f"{name}: {len(tagged)} cells tagged {TAG!r}; tag exactly one"
        raise ParameterError(message)
    assigned = _assigned(source(tagged[0]))
    refuse_secrets(assigned, name)
    for parameter in given:
        if parameter not in assigned:
            message = f"{name} has no parameter {parameter!r}; {nearest(parameter, assigned)}"
            raise ParameterError(message)


def _assigned(text: str) -> dict[str, object]:
    """Return the names that a cell assigns to, with their values where these are plain."""
    found: dict[str, object] = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            try:
                found[name.partition(":")[0].strip()] = ast.literal_eval(value.partition("#")[0].strip())
            except (ValueError, SyntaxError):
                found[name.partition(":")[0].strip()] = value
    return found
