"""Several machines: the same tasks for a Dask cluster, through its ``concurrent.futures`` interface.

The workers share nothing but the project's folder, under the same path, and the target where reports are to stand.
A worker that is killed costs a retry: Dask gives its task to another one (three times, by default), a nanny starts the
worker anew, and a report is put in place as a whole.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from helpers.building.batch import Crew
from helpers.building.fingerprint import code, environment
from helpers.building.target import INSTALL, deliver_report, open_target
from helpers.building.task import Outcome, Task
from helpers.building.warm import warm_process
from helpers.building.workers import skip_slow_import
from helpers.errors import NianbaoError, ParameterError, SetupError
from helpers.paths import PROJECT_VARIABLE, find_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.paths import Project

LOCAL = "local"
PATIENCE = 10  # seconds for a scheduler to answer
OTHER = "a worker of the cluster has other code or libraries than this machine; install the same on all of them"


@contextmanager
def cluster_crew(address: str, jobs: int, url: str) -> Iterator[Crew]:
    """Let the workers of a cluster make reports and deliver them to ``url``.

    ``address`` is that of a Dask scheduler, or ``local`` for a cluster of ``jobs`` processes on this machine.

    Raises
    ------
    SetupError
        distributed or fsspec is not installed.
    ParameterError
        No scheduler answers at that address, or the target cannot be.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise SetupError(f"--cluster needs distributed; {INSTALL}") from None
    open_target(url)
    with ExitStack() as stack:
        if address == LOCAL:
            cluster = distributed.LocalCluster(
                n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )  # fmt: skip
            stack.enter_context(cluster)
            client = stack.enter_context(distributed.Client(cluster))
        else:
            client = stack.enter_context(_client(distributed, address))
        work = partial(work_on, url=url, toolchain=toolchain())
        yield Crew(client.get_executor(pure=False), work, lambda: max(1, len(client.nthreads())))


def _client(distributed: Any, address: str) -> Any:  # noqa: ANN401 - distributed is an optional extra
    try:
        return distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ParameterError(f"--cluster {address}: no Dask scheduler answers there ({error})") from None


_one_at_a_time = threading.Lock()


def work_on(task: Task, *, url: str, toolchain: str) -> Outcome:
    """Make one report in a worker; whatever goes wrong is this report's own failure.

    matplotlib, Typst and papermill are not safe in threads: a worker that has several waits with the others.
    """
    with _one_at_a_time:
        try:
            if toolchain != _toolchain():
                return Outcome(task.request, error=OTHER)
            project = task.project if task.project.root.is_dir() else find_project()
            _warm_up(project)
        except NianbaoError as error:
            return Outcome(task.request, error=str(error))
        return deliver_report(replace(task, project=project), url)


def toolchain() -> str:
    """Return the digest of what makes reports: our code, the libraries."""
    return hashlib.sha256(repr(sorted({**code(), **environment()}.items())).encode()).hexdigest()


_toolchain = lru_cache(maxsize=1)(toolchain)
_kept = ExitStack()  # until the worker ends, however it ends


@lru_cache(maxsize=1)
def _warm_up(project: Project) -> None:
    """Have a warm process of its own for this worker, from its first task on."""
    skip_slow_import()
    os.environ[PROJECT_VARIABLE] = str(project.root)
    _kept.enter_context(warm_process(project))
