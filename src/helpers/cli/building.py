"""``build``, ``verify`` and ``watch``: from notebooks and data to reports."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import FAILED, Entity, Year, app
from helpers.errors import BuildError, ParameterError, nearest

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from helpers.building.batch import Batch, Crew
    from helpers.building.place import Place
    from helpers.building.planned import Asked, Plan, Request
    from helpers.paths import Project

YEAR, ENTITY, ALL_FORMATS = 2020, "hangzhou", "html,pdf"
GROUP = "all"


@app.command()
def build(
    year: Annotated[list[int] | None, typer.Option(help=f"Report year; may be repeated. {YEAR} by default.")] = None,
    entity: Annotated[
        list[str] | None,
        typer.Option(help=f"Who reports: a slug, all, all-schools …; may be repeated. {ENTITY} by default."),
    ] = None,
    chapter: Annotated[
        list[str] | None, typer.Option(help="A chapter number, like 01; may be repeated. All by default.")
    ] = None,
    matrix: Annotated[Path | None, typer.Option(help="A YAML file that says what to build, instead of these.")] = None,
    to: Annotated[str, typer.Option(help="Formats, separated by commas: html,pdf.")] = ALL_FORMATS,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = os.cpu_count() or 1,
    force: Annotated[bool, typer.Option("--force", help="Make everything anew.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say of each chapter what changed.")] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Let a Dask cluster do the work: the address of its scheduler, or local.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Where the reports are to stand: a folder or an fsspec URL. reports/ by default.")
    ] = None,
) -> None:
    """Build reports: execute the chapters that changed, render pages and books, write the tables.

    Example: nianbao build --year 2020 --entity hangzhou --chapter 01 --to html
    """
    from helpers.building.planned import Asked, Request  # noqa: PLC0415 - light, unlike what builds
    from helpers.paths import find_project  # noqa: PLC0415

    if matrix is not None and (year or entity or chapter or to != ALL_FORMATS):
        raise ParameterError("--matrix says what to build; leave out --year, --entity, --chapter and --to")
    years, entities, chapters = tuple(year or [YEAR]), tuple(entity or [ENTITY]), tuple(chapter or [])
    request = Request(years[0], entities[0], chapters, _formats(to), jobs, force, why)
    project = find_project()
    many = len(years) > 1 or len(entities) > 1 or entities[0].startswith(GROUP)
    if matrix is None and not (many or cluster or target):
        _build_one(project, request)
        return
    asked = Asked(years, entities, chapters, request.formats) if matrix is None else Asked(file=matrix)
    _build_many(project, asked, request, cluster=cluster, target=target)


def _formats(words: str) -> tuple[str, ...]:
    from helpers.building.state import FORMATS  # noqa: PLC0415

    formats = tuple(dict.fromkeys(name.strip() for name in words.split(",") if name.strip()))
    for name in formats:
        if name not in FORMATS:
            message = f"unknown format {name!r}; {nearest(name, FORMATS)} (formats: {', '.join(FORMATS)})"
            raise ParameterError(message)
    if not formats:
        raise ParameterError(f"--to names no format (formats: {', '.join(FORMATS)})")
    return formats


def _build_one(project: Project, request: Request) -> None:
    from helpers.building.place import Place  # noqa: PLC0415
    from helpers.building.planned import PlannedReport  # noqa: PLC0415
    from helpers.building.state import inputs_digest, is_listed, is_untouched  # noqa: PLC0415

    if not (request.force or request.why or request.chapters):
        place, wanted = Place(project), PlannedReport(request.year, request.entity)
        listed = is_listed(place, request.year)
        if listed and is_untouched(place, wanted, request.formats, inputs_digest(project)):
            folder = project.relative(project.report(request.year, request.entity))
            typer.echo(f"up to date: {folder}/index.html")
            return

    from helpers.building.build import build as build_report  # noqa: PLC0415 - heavy

    report = build_report(project, request, _tell)
    folder = project.relative(report.folder)
    for line in report.notes:
        typer.echo(line)
    if report.failures:
        told = "\n\n".join(str(failure) for failure in report.failures)
        message = f"{len(report.failures)} of {report.chapters} chapters failed; their last good pages stay\n\n{told}"
        raise BuildError(message)
    if report.is_up_to_date:
        typer.echo(f"up to date: {folder}/index.html ({report.seconds:.1f} s)")
        return
    typer.echo(f"executed {len(report.executed)} of {report.chapters}, in {report.seconds:.1f} s")
    for label, name in (("open", "index.html"), ("book", "report.pdf")):
        if (report.folder / name).is_file():
            typer.echo(f"{label}: {folder}/{name}")


def _build_many(project: Project, asked: Asked, request: Request, *, cluster: str | None, target: str | None) -> None:
    from helpers.building.place import Place  # noqa: PLC0415
    from helpers.building.state import inputs_digest, is_listed  # noqa: PLC0415

    place, url = Place(project), ""
    if target is not None:
        from helpers.building.target import Target  # noqa: PLC0415 - heavy, like what follows

        place = other = Target(project, target)
        url = other.url
    inputs = inputs_digest(project)
    plan = asked.plan(project, inputs)
    pending = list(plan.reports) if request.force or request.why else plan.stale(place, inputs)
    batch = None
    if pending or not all(is_listed(place, report.year) for report in plan.reports):
        from helpers.building.batch import build_batch  # noqa: PLC0415
        from helpers.building.progress import Bar, Lines  # noqa: PLC0415

        progress = (Bar if sys.stdout.isatty() else Lines)(len(pending), _tell)
        crew = _crew(project, request.jobs, cluster, url)
        batch = build_batch(place, plan, pending, request, inputs=inputs, crew=crew, progress=progress)
    _tell_batch(place, plan, batch, untouched=len(plan.reports) - len(pending))


def _crew(project: Project, jobs: int, cluster: str | None, url: str) -> AbstractContextManager[Crew]:
    """Choose who does the work, and where it is delivered."""
    if cluster is not None:
        from helpers.building.cluster import cluster_crew  # noqa: PLC0415 - an optional extra

        return cluster_crew(cluster, jobs, url or str(project.reports))
    from helpers.building.batch import own_crew  # noqa: PLC0415

    if not url:
        return own_crew(project, jobs)
    from helpers.building.target import deliver_report  # noqa: PLC0415 - an optional extra

    return own_crew(project, jobs, partial(deliver_report, url=url))


def _tell_batch(place: Place, plan: Plan, batch: Batch | None, *, untouched: int) -> None:
    for line in plan.skipped_lines():
        typer.echo(line)
    if batch is None:
        typer.echo(f"up to date: all {untouched} reports")
    else:
        from helpers.building.progress import duration  # noqa: PLC0415

        up_to_date = untouched + batch.up_to_date
        typer.echo(f"built {batch.built}, up to date {up_to_date}, failed {batch.failed}, in {duration(batch.seconds)}")
    for year in dict.fromkeys(report.year for report in plan.reports):
        typer.echo(f"open: {place.name(str(year), 'index.html')}")
    if batch is not None and batch.failed:
        told = "\n\n".join(batch.failures)
        raise BuildError(f"{batch.failed} of {len(plan.reports)} reports failed; their last good pages stay\n\n{told}")


def _tell(line: str) -> None:
    typer.echo(f"  {line}")


@app.command()
def verify(
    year: Annotated[int, typer.Argument(help="Report year.")] = 2020,
    entity: Entity = "hangzhou",
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = os.cpu_count() or 1,
) -> None:
    """Rebuild a report elsewhere and prove it equal, or list the numbers that differ.

    Example: nianbao verify 2020
    """
    from helpers.building.verify import verify as verify_report  # noqa: PLC0415 - heavy
    from helpers.paths import find_project  # noqa: PLC0415

    found = verify_report(find_project(), year, entity, jobs=jobs, tell=_tell)
    for label, names in (("differs", found.different), ("only here", found.missing), ("only rebuilt", found.surplus)):
        for name in names:
            typer.echo(f"{label}: {name}")
    for line in found.numbers:
        typer.echo(line)
    if not found.is_equal:
        raise typer.Exit(FAILED)
    typer.echo(f"equal: all {found.equal} files, byte for byte")


@app.command()
def watch(
    year: Year = 2020,
    entity: Entity = "hangzhou",
    port: Annotated[int, typer.Option(help="Port of the local server; 0 takes a free one.")] = 8020,
) -> None:
    """Build again whenever a file is saved; the open page reloads by itself.

    Example: nianbao watch --port 8020
    """
    from helpers.building.watch import watch as watch_report  # noqa: PLC0415 - heavy
    from helpers.paths import find_project  # noqa: PLC0415

    watch_report(find_project(), year, entity, port=port, tell=typer.echo)
