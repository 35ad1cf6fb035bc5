"""``new-year`` and ``new-entity``: the workbook for next year's numbers, and whoever is to fill one."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer looks at it
from typing import Annotated

import typer

from helpers.cli.application import Entity, app


@app.command("new-year")
def new_year(
    year: Annotated[int, typer.Argument(help="Report year to be filled in.")],
    entity: Entity = "hangzhou",
    model: Annotated[
        str, typer.Option("--from", help="Ask what this entity was asked, or `empty`: only what the catalogue asks.")
    ] = "",
    output: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
) -> None:
    """Write the Excel workbook in which a place fills in its numbers for a year.

    Example: nianbao new-year 2021 --entity hangzhou --output 杭州2021.xlsx
    """
    from helpers.entry.workbook import new_year as write_new_year  # noqa: PLC0415 - heavy
    from helpers.paths import find_project  # noqa: PLC0415

    typer.echo(f"fill in: {write_new_year(find_project(), year, entity, model=model, output=output)}")


@app.command("new-entity")
def new_entity(
    slug: Annotated[str, typer.Argument(help="A short name in small Latin letters, like xihu_high.")],
    name: Annotated[str, typer.Option(help="The full official name.")],
    kind: Annotated[str, typer.Option(help="nation, province, city, county, school, teaching_group or enterprise.")],
    short: Annotated[str, typer.Option(help="What prose may say after the first mention; the name by default.")] = "",
    parent: Annotated[str | None, typer.Option(help="The slug of the place that it belongs to.")] = None,
) -> None:
    """Register a place, so that it can be asked, imported and reported on.

    Example: nianbao new-entity ningbo --name 宁波市 --short 宁波 --kind city --parent zhejiang
    """
    from helpers.entry.places import register_entity  # noqa: PLC0415
    from helpers.paths import find_project  # noqa: PLC0415

    entity = register_entity(find_project(), slug, name=name, short=short, kind=kind, parent=parent)
    typer.echo(f"registered: {entity.slug} {entity.name}; its workbook: nianbao new-year YEAR --entity {entity.slug}")
