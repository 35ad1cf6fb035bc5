"""``check`` and ``explain``: what holds, and where a number comes from."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import FAILED, Entity, Year, app
from helpers.errors import BuildError

if TYPE_CHECKING:
    from helpers.checking.registry import Result


@app.command()
def check(
    explain: Annotated[str | None, typer.Option(help="Explain one check and stop.")] = None,
    page: Annotated[Path | None, typer.Option(help="Also write the results as a page, to this file.")] = None,
) -> None:
    """Check the data against schemas and rules.

    Example: nianbao check --explain parts_make_the_whole
    """
    import helpers.checking.checks  # noqa: F401, PLC0415 - registers the checks
    from helpers.checking.registry import CHECKS, run_checks  # noqa: PLC0415
    from helpers.errors import UnknownNameError  # noqa: PLC0415
    from helpers.loading import load_data  # noqa: PLC0415
    from helpers.paths import find_project  # noqa: PLC0415

    if explain is not None:
        if explain not in CHECKS:
            raise UnknownNameError.of("check", explain, CHECKS)
        one = CHECKS[explain]
        typer.echo(f"{one.name} ({one.area}, {one.severity})\n{one.explanation}\nPASS: {one.passing}")
        return
    project = find_project()
    results = run_checks(project)
    if page is not None:
        _write_page(page, results)
    for result in results:
        typer.echo(f"{result.outcome.upper()}  {result.check.name}: {result.summary}")
        for problem in result.problems:
            typer.echo(f"      {problem}")
    outcomes: list[str] = [result.outcome for result in results]
    counted = [name for name in ("pass", "warn", "fail", "skip") if name != "skip" or name in outcomes]
    counts = ", ".join(f"{outcomes.count(name)} {name}" for name in counted)
    if "skip" in outcomes:
        typer.echo(counts)
    else:
        _, observations = load_data(project)
        typer.echo(f"{len(observations)} observations, {len(observations.records)} records: {counts}")
    if "fail" in outcomes:
        raise typer.Exit(FAILED)


def _write_page(path: Path, results: list[Result]) -> None:
    from helpers.building.check_page import check_page  # noqa: PLC0415 - heavy

    try:
        path.write_text(check_page(results), encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"cannot write {path}: {error.strerror or error}"
        raise BuildError(message) from None
    typer.echo(f"page: {path}")


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="An indicator of data/reference/catalogue.")],
    year: Year = 2020,
    entity: Entity = "hangzhou",
    scope: Annotated[str | None, typer.Option(help="Another scope than the indicator's own.")] = None,
    breakdown: Annotated[str, typer.Option(help="A part: dimension=member, several joined by ;")] = "",
) -> None:
    """Explain one number: its card, and the pages that print it.

    Example: nianbao explain land_area_per_student --year 2020
    """
    from helpers.building.explain import explain_number  # noqa: PLC0415 - heavy
    from helpers.paths import find_project  # noqa: PLC0415

    typer.echo(explain_number(find_project(), indicator, year=year, entity=entity, scope=scope, breakdown=breakdown))
