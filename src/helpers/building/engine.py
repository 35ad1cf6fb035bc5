"""``nianbao``: a papermill engine that spends no time on what a build does not need.

No save after each cell, no progress bar, kernels of :class:`~helpers.building.kernels.QuietKernelManager`, which are
stopped at once and ready as soon as they say so. The outputs are those of papermill's own engine.

papermill imports this module while it is being imported itself: ``import papermill`` comes before this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermill.engines import NBClientEngine, NotebookExecutionManager

if TYPE_CHECKING:
    from nbformat import NotebookNode

NAME = "nianbao"


class SavedOnce(NotebookExecutionManager):  # type: ignore[misc]  # papermill carries no types
    """Keeps papermill's records of a run, and saves the notebook when it is over."""

    def save(self, **_: Any) -> None:  # noqa: ANN401 - papermill's signature
        """Do not save between cells."""

    def notebook_complete(self, **kwargs: Any) -> None:  # noqa: ANN401
        """Finish the records and save."""
        super().notebook_complete(**kwargs)
        super().save()


class NianbaoEngine(NBClientEngine):  # type: ignore[misc]
    """Executes a notebook with the kernels of a build."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, output_path: str | None = None, **kwargs: object
    ) -> NotebookNode:
        """Execute ``nb`` as papermill does; the arguments are its own."""
        from helpers.building.kernels import kernel_settings  # noqa: PLC0415 - papermill's command imports engines

        for shown in ("progress_bar", "autosave_cell_every"):
            kwargs.pop(shown, None)
        log_output = kwargs.pop("log_output", False)
        manager = SavedOnce(
            nb, output_path=output_path, log_output=log_output, progress_bar=False, autosave_cell_every=0
        )
        manager.notebook_start()
        try:
            settings = kernel_settings() | kwargs
            cls.execute_managed_notebook(manager, kernel_name, log_output=log_output, **settings)
        finally:
            manager.notebook_complete()
        executed: NotebookNode = manager.nb
        return executed
