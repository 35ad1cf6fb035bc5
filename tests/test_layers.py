"""One direction of imports: a layer may use only what stands before it."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "helpers"
LAYERS = (
    "errors", "paths", "kept", "transactions", "decoding", "archives", "rows", "model", "quantity", "catalogue", "store",
    "observations", "reads", "loading",
    "expressions", "formulas", "comparison", "writing", "audit", "composition", "chapter", "checking", "building",
    "entry", "cli",
)  # fmt: skip


def layer(name):
    """Return the rank of a module, ``writing.prose`` or ``cli``."""
    return LAYERS.index(name.split(".")[0])


def imports(path):
    """Yield the modules of ours that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "helpers":
            if node.module == "helpers":
                yield from (alias.name for alias in node.names)
            else:
                yield node.module.removeprefix("helpers.")
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("helpers.") for a in node.names if a.name.startswith("helpers."))


def test_imports_point_one_way():
    """The package's own ``__init__`` names what notebooks use and is exempt."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        if module == "__init__":
            continue
        wrong += [f"{module} imports {used}" for used in imports(path) if layer(used) > layer(module)]

    assert wrong == []


def test_every_module_stands_in_a_layer():
    """A new module at the top must be given its place."""
    found = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if path.name[0] not in "_."}

    assert found - {"py"} <= {*LAYERS, "py"}
