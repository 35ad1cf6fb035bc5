"""``build``, ``verify`` and ``watch``: from notebooks and data to a report."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from helpers.cli.application import FAILED, Entity, Year, app
from helpers.errors import BuildError


@app.command()
def build(
    year: Year = 2020,
    entity: Entity = "hangzhou",
    chapter: Annotated[
        list[str] | None, typer.Option(help="A chapter number, like 01; may be repeated. All by default.")
    ] = None,
    to: Annotated[str, typer.Option(help="Formats, separated by commas: html,pdf.")] = "html,pdf",
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = os.cpu_count() or 1,
    force: Annotated[bool, typer.Option("--force", help="Make everything anew.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say of each chapter what changed.")] = False,
) -> None:
    """Build a report: execute the chapters that changed, render pages and book, write the tables.

    Example: nianbao build --year 2020 --entity hangzhou --chapter 01 --to html
    """
    from helpers.building.state import FORMATS, is_untouched  # noqa: PLC0415 - light, unlike the rest
    from helpers.errors import ParameterError, nearest  # noqa: PLC0415
    from helpers.paths import find_project  # noqa: PLC0415

    formats = tuple(dict.fromkeys(name.strip() for name in to.split(",") if name.strip()))
    for name in formats:
        if name not in FORMATS:
            message = f"unknown format {name!r}; {nearest(name, FORMATS)} (formats: {', '.join(FORMATS)})"
            raise ParameterError(message)
    project = find_project()
    if not (force or why or chapter) and is_untouched(project, year, entity, formats):
        typer.echo(f"up to date: {project.relative(project.report(year, entity))}/index.html")
        return

    from helpers.building.build import Request  # noqa: PLC0415 - heavy
    from helpers.building.build import build as build_report  # noqa: PLC0415

    request = Request(year, entity, tuple(chapter or ()), formats, jobs, force, why)
    report = build_report(project, request, lambda line: typer.echo(f"  {line}"))
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

    found = verify_report(find_project(), year, entity, jobs=jobs, tell=lambda line: typer.echo(f"  {line}"))
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
