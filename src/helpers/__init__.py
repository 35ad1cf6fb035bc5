"""What a chapter notebook may use: a chapter, and the builders of tables and figures."""

from helpers.chapter import open_chapter
from helpers.writing import tables

__all__ = ["open_chapter", "tables"]
