"""What a chapter notebook may use: a chapter, and the builders of tables and figures."""

from typing import TYPE_CHECKING

from helpers.chapter import open_chapter
from helpers.writing import tables

if TYPE_CHECKING:
    from types import ModuleType

    from helpers.writing import figures

__all__ = ["figures", "open_chapter", "tables"]


def __getattr__(name: str) -> "ModuleType":
    """Import ``figures`` when it is first asked for: matplotlib is slow to start, and most commands draw nothing."""
    if name == "figures":
        from importlib import import_module  # noqa: PLC0415 - see above

        return import_module("helpers.writing.figures")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
