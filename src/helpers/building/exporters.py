"""What `jupyter nbconvert --to …` can make of one executed chapter: a page, or a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters.exporter import Exporter
from nbconvert.exporters.html import HTMLExporter
from traitlets import default

from helpers.building.book_exporter import BookExporter
from helpers.building.pages import chapter_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["BookExporter", "PageExporter"]


class PageExporter(HTMLExporter):
    """The page of one chapter: one file that opens offline."""

    export_from_notebook = "年报网页"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own return text, too
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[str, dict[str, Any]]:
        """Convert an executed chapter; the notebook's own code and HTML for JupyterLab stay out.

        Raises
        ------
        BuildError
            The notebook was not executed, failed, or shows something that no page can take over.
        """
        prepared, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        return chapter_page(prepared), resources
