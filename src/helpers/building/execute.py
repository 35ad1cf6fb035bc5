"""Run one chapter notebook with papermill, and leave in the result only what depends on the inputs.

papermill records clocks and paths, and names the injected cell at random; here they are taken out again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from helpers.building.workers import skip_slow_import
from helpers.composition import compose, source
from helpers.reads import MIME_TYPE

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.exceptions import PapermillExecutionError

    from helpers.building.plan import Job

INJECTED = "injected-parameters"
TRACE_LINES = 12


@dataclass(frozen=True, slots=True)
class Failure:
    """A chapter that raised: where, what the cell says, and the error; no cell where it was the process that failed."""

    job: Job
    cell_id: str
    source: str
    error: str

    def __str__(self) -> str:
        shown = "\n".join(f"    {line}" for line in self.source.strip().splitlines()[:TRACE_LINES])
        cell = f", cell {self.cell_id!r}" if self.cell_id else ""
        return f"notebooks/{self.job.notebook.name}{cell}: {self.error}" + (f"\n{shown}" if shown else "")


@dataclass(frozen=True, slots=True)
class Success:
    """A chapter that ran: the executed notebook as JSON text, and what it read (``None``: it did not say)."""

    job: Job
    notebook: str
    reads: dict[str, list[str]] | None


def get_ready() -> None:
    """Import what executing takes."""
    skip_slow_import()
    for name in ("papermill", "nbclient", "helpers.building.engine", "helpers.building.kernels"):
        import_module(name)


class Beside(ThreadPoolExecutor):
    """One thread of this process that executes chapters; who leaves with an error stops what it is executing."""

    def __init__(self) -> None:
        get_ready()  # in this thread: two that import at once wait for each other
        super().__init__(1, initializer=self._begin)
        self.loop: asyncio.AbstractEventLoop | None = None

    def _begin(self) -> None:
        from jupyter_core.utils import ensure_event_loop  # noqa: PLC0415 - with what was imported above

        self.loop = ensure_event_loop()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let the thread go, and its event loop with it."""
        if kind is not None and self.loop is not None:
            self.loop.call_soon_threadsafe(self._cancel, self.loop)
        self.submit(self._end)
        self.shutdown()

    def _end(self) -> None:
        if self.loop is not None:
            self.loop.close()

    @staticmethod
    def _cancel(loop: asyncio.AbstractEventLoop) -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()


def execute(job: Job) -> Success | Failure:
    """Execute a job's notebook in a kernel of its own."""
    skip_slow_import()
    import nbformat  # noqa: PLC0415 - after the slow import is out of the way
    import papermill  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    from helpers.building.engine import NAME  # noqa: PLC0415
    from helpers.building.kernels import KERNEL  # noqa: PLC0415

    logging.getLogger("papermill").setLevel(logging.ERROR)
    composed = compose(job.notebook, job.slug, job.sections)
    notebook = nbformat.reads(json.dumps(composed), as_version=4)  # type: ignore[no-untyped-call]
    taken: list[NotebookNode] = []
    try:
        papermill.execute_notebook(
            notebook,
            None,
            parameters=job.parameters,
            engine_name=NAME,
            kernel_name=KERNEL,
            resources={"metadata": {"path": str(job.notebook.parent)}},  # papermill's own cwd moves this whole process
            take=taken.append,
        )
    except PapermillExecutionError as error:
        return Failure(job, _cell_id(composed, error), error.source, f"{error.ename}: {_last_line(error.evalue)}")
    except Exception as error:  # noqa: BLE001 - a dead kernel or a time-out must not stop the other chapters
        cell = getattr(error, "cell", None) or {}
        named = f"{type(error).__name__}: {_last_line(str(error))}"
        return Failure(job, cell.get("id", ""), cell.get("source", ""), named)
    [executed] = taken
    reads = take_reads(executed)
    return Success(job, _dump(clean(executed)), reads)


def _dump(notebook: NotebookNode) -> str:
    """Write an executed notebook, one line for each cell: nbformat's indents take ten times as long."""
    cells = ",\n".join(_json(cell) for cell in notebook["cells"])
    before, empty, after = _json({**notebook, "cells": []}).partition('"cells": [')
    return f"{before}{empty}\n{cells}\n{after}\n"


def _json(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, sort_keys=True)


def take_reads(notebook: NotebookNode) -> dict[str, list[str]] | None:
    """Take what the chapter said of its reading out of its outputs."""
    found = None
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if MIME_TYPE in output.get("data", {}):
                found = dict(output["data"][MIME_TYPE])
        if cell.get("outputs"):
            cell["outputs"] = [output for output in cell["outputs"] if MIME_TYPE not in output.get("data", {})]
    return found


def clean(notebook: NotebookNode) -> NotebookNode:
    """Take clocks, paths, random ids and interpreter details out of an executed notebook."""
    parameters = notebook.metadata.get("papermill", {}).get("parameters", {})
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "nianbao": {"parameters": dict(parameters)},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        if tags and INJECTED in tags:
            cell["id"] = INJECTED
        cell.metadata = {"tags": tags} if tags else {}
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output["metadata"] = {}
    return notebook


def _cell_id(notebook: dict[str, Any], error: PapermillExecutionError) -> str:
    """Name the cell that raised; papermill counts cells that it has put in itself."""
    named = [cell["id"] for cell in notebook["cells"] if source(cell) == error.source]
    return str(named[0]) if named else INJECTED


def _last_line(text: str) -> str:
    return text.strip() or "no message"
