"""``build``, ``verify`` and ``watch``: from notebooks and data to reports."""

from __future__ import annotations

import os
import sys
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import FAILED, Entity, Year, app
from helpers.errors import BuildError, ParameterError, nearest

if TYPE_CHECKING:
    from helpers.building.batch import Batch
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
    if matrix is not None:
        _build_many(project, Asked(file=matrix), request)
    elif len(years) > 1 or len(entities) > 1 or entities[0].startswith(GROUP):
        _build_many(project, Asked(years, entities, chapters, request.formats), request)
    else:
        _build_one(project, request)


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
    from helpers.building.planned import PlannedReport  # noqa: PLC0415
    from helpers.building.state import inputs_digest, is_listed, is_untouched  # noqa: PLC0415

    if not (request.force or request.why or request.chapters):
        wanted = PlannedReport(request.year, request.entity)
        listed = is_listed(project, request.year)
        if listed and is_untouched(project, wanted, request.formats, inputs_digest(project)):
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


def _build_many(project: Project, asked: Asked, request: Request) -> None:
    from helpers.building.state import inputs_digest, is_listed  # noqa: PLC0415

    inputs = inputs_digest(project)
    plan = asked.plan(project, inputs)
    thorough = request.force or request.why
    pending = plan.reports if thorough else plan.stale(project, inputs)
    batch = None
    if pending or not all(is_listed(project, report.year) for report in plan.reports):
        from helpers.building.batch import build_batch  # noqa: PLC0415 - heavy
        from helpers.building.progress import Bar, Lines  # noqa: PLC0415

        progress = (Bar if sys.stdout.isatty() else Lines)(len(pending), _tell)
        batch = build_batch(project, plan, pending, request, inputs=inputs, progress=progress)
    _tell_batch(project, plan, batch, untouched=len(plan.reports) - len(pending))


def _tell_batch(project: Project, plan: Plan, batch: Batch | None, *, untouched: int) -> None:
    for line in plan.skipped_lines():
        typer.echo(line)
    if batch is None:
        typer.echo(f"up to date: all {untouched} reports")
    else:
        from helpers.building.progress import duration  # noqa: PLC0415

        up_to_date = untouched + batch.up_to_date
        typer.echo(f"built {batch.built}, up to date {up_to_date}, failed {batch.failed}, in {duration(batch.seconds)}")
    for year in dict.fromkeys(report.year for report in plan.reports):
        typer.echo(f"open: {project.relative(project.reports)}/{year}/index.html")
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
