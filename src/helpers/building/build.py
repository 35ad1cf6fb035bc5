"""Build one report: hold the lock, remember, and let :class:`~helpers.building.builder.Builder` do the rest.

What takes long to import is imported once the warm process has been started.
"""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING

from helpers.building.lock import build_lock
from helpers.building.place import Place
from helpers.building.planned import Request
from helpers.building.press import book_place, own_press, press_apart
from helpers.building.state import code_digest, inputs_digest, load_state, save_state
from helpers.building.warm import warm_process
from helpers.building.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from helpers.building.report import Report
    from helpers.paths import Project

__all__ = ["Request", "build"]


def build(project: Project, request: Request, tell: Callable[[str], None], *, pool: Executor | None = None) -> Report:
    """Build a report, or some of its chapters; only what changed.

    ``pool`` lends workers, and a warm process and a press with them, for many builds; without it the build makes its
    own.

    Raises
    ------
    ParameterError
        The request names what is not there; no kernel was started.
    DataError
        The data do not validate; no kernel was started.
    BuildError
        An output could not be written; the last good report stands as it was.
    """
    with build_lock(project, tell), ExitStack() as warmth, nullcontext() if pool else press_apart():
        if not pool:  # while the rest is imported and the data are loaded here
            warmth.enter_context(warm_process(project, (request.year, request.entity)))
        _practise(project, request)
        from helpers.building.builder import Builder  # noqa: PLC0415 - see above
        from helpers.building.overview import overviews  # noqa: PLC0415

        inputs = inputs_digest(project)
        place = Place(project)
        state = load_state(place, request.year, request.entity)
        builder = Builder(project, request, state, inputs, tell)
        workers = min(request.jobs, max(len(builder.wanted), len(request.formats)))
        with nullcontext(pool) if pool else Workers(workers) as lent, overviews(place, [request.year]):
            report = builder.run(lent, warmth)
            save_state(place, request.year, request.entity, builder.state)
    return report


def _practise(project: Project, request: Request) -> None:
    """Have the press set the book as it stands while chapters are executed: most builds change little of it."""
    path = book_place(project, request.year, request.entity)
    if path.is_file() and "pdf" in request.formats and request.jobs > 1 and not request.force:
        own_press().practise(path, code_digest(project))
