"""What a chapter notebook may use: a chapter, and the builders of tables and figures.

Each is imported when it is first asked for, so that the command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.chapter import open_chapter
    from helpers.writing import figures, tables

__all__ = ["figures", "open_chapter", "tables"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a function or a module
    """Import one of the names of ``__all__``."""
    if name == "open_chapter":
        return import_module("helpers.chapter").open_chapter
    if name in __all__:
        return import_module(f"helpers.writing.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
