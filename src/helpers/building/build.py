"""Build one report: hold the lock, remember, and let :class:`~helpers.building.builder.Builder` do the rest."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING

from helpers.building.builder import Builder, Report
from helpers.building.lock import build_lock
from helpers.building.overview import overviews
from helpers.building.place import Place
from helpers.building.planned import Request
from helpers.building.press import Press
from helpers.building.state import inputs_digest, load_state, save_state
from helpers.building.warm import warm_process
from helpers.building.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from helpers.paths import Project

__all__ = ["Report", "Request", "build"]


def build(
    project: Project,
    request: Request,
    tell: Callable[[str], None],
    *,
    pool: Executor | None = None,
    press: Press | None = None,
) -> Report:
    """Build a report, or some of its chapters; only what changed.

    ``pool`` lends workers, and a warm process with them, for many builds; without it the build makes its own. So it is
    with the ``press``; but where only workers are lent, one of them sets the book.

    Raises
    ------
    ParameterError
        The request names what is not there; no kernel was started.
    DataError
        The data do not validate; no kernel was started.
    BuildError
        An output could not be written; the last good report stands as it was.
    """
    with build_lock(project, tell), ExitStack() as warmth:
        if not pool:  # while the data are loaded here
            warmth.enter_context(warm_process(project, (request.year, request.entity)))
        inputs = inputs_digest(project)
        place = Place(project)
        state = load_state(place, request.year, request.entity)
        builder = Builder(project, request, state, inputs, tell)
        workers = min(request.jobs, max(len(builder.wanted), len(request.formats)))
        with (
            nullcontext(pool) if pool else Workers(workers) as lent,
            nullcontext(press) if pool else Press() as own,
            overviews(place, [request.year]),
        ):
            report = builder.run(lent, warmth, own)
            save_state(place, request.year, request.entity, builder.state)
    return report
