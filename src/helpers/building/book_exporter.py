"""``jupyter nbconvert --to nianbao_pdf``: an executed chapter as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from traitlets import default

from helpers.building.book import compile_book

if TYPE_CHECKING:
    from nbformat import NotebookNode


class BookExporter(Exporter):
    """Sets one executed chapter; the whole book has many notebooks and is ``nianbao build``'s."""

    export_from_notebook = "年报 PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]  # a PDF is bytes, as in nbconvert's own exporter
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kwargs: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the chapter's PDF."""
        notebook, found = super().from_notebook_node(nb, resources, **kwargs)
        return compile_book([notebook], whole=False), found
