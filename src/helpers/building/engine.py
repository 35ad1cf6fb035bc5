"""``nianbao``: a papermill engine that spends no time on what a build does not need.

Kernels are those of :class:`~helpers.building.kernels.QuietKernelManager`, ready as soon as they say so and stopped at
once; nothing is saved between cells, and there is no progress bar. The rest, and the outputs, are those of papermill's
own engine. Who wants the notebook and no file gives ``take`` and has it so: papermill writes out as text what an engine
returns, even where nobody asked for a file.

papermill loads this class while it is being imported itself, and so papermill is imported here only when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

NAME = "nianbao"
LEFT_OUT = {"progress_bar", "autosave_cell_every"}


class NianbaoEngine:
    """Executes a notebook with the kernels of a build; the arguments are those of papermill's engines."""

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        *,
        take: Callable[[NotebookNode], None] | None = None,
        **settings: object,
    ) -> NotebookNode:
        """Execute ``nb``, and save it once, whatever has become of it.

        A notebook of which no cell has failed is given to ``take``, if there is one, and returned without its cells.

        Where the kernel died or took too long, the error says as its ``cell`` which one was the last to begin.
        """
        from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415 - see above
        from papermill.engines import NBClientEngine  # noqa: PLC0415
        from papermill.iorw import write_ipynb  # noqa: PLC0415

        from helpers.building.kernels import kernel_settings  # noqa: PLC0415

        chosen = {name: value for name, value in settings.items() if name not in LEFT_OUT}
        try:
            executed: NotebookNode = NBClientEngine.execute_notebook(
                nb, kernel_name, progress_bar=False, autosave_cell_every=0, **kernel_settings() | chosen
            )
        except (CellTimeoutError, DeadKernelError) as error:
            begun = [cell for cell in nb.cells if cell.metadata.get("papermill", {}).get("start_time")]
            vars(error)["cell"] = begun[-1] if begun else None
            raise
        finally:
            if output_path is not None:
                write_ipynb(nb, output_path)
        if take is None or executed.metadata.papermill.get("exception"):
            return executed
        take(executed)
        return type(executed)({**executed, "cells": []})

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Return the kernel that a notebook asks for, unless ``name`` is given."""
        from papermill.utils import nb_kernel_name  # noqa: PLC0415

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Return a notebook's language, unless ``language`` is given."""
        from papermill.utils import nb_language  # noqa: PLC0415

        return str(nb_language(nb, language))
