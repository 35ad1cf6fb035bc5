"""``import``: a workbook or a plain table into the data of an edition."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import FAILED, app

if TYPE_CHECKING:
    from helpers.entry.intake.editions import Outcome
    from helpers.entry.intake.importing import Import

KINDS = {"added": "新增", "changed": "改动", "removed": "删除"}


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="An entry workbook, or a plain table: .xlsx, .csv, .tsv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, write nothing.")] = False,
    entity: Annotated[
        str | None, typer.Option(help="Whose numbers these are; a workbook of another place is refused.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Of which year; a workbook of another year is refused.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="What the columns of a plain table mean.")] = None,
    marked: Annotated[Path | None, typer.Option(help="Write a copy with the wrong cells marked.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was found as an HTML page.")] = None,
) -> None:
    """Import a filled workbook or a plain table: whole, or not at all.

    Example: nianbao import 杭州市2021年度填报表.xlsx --dry-run
    """
    from helpers.entry.intake.importing import read_import, write_import  # noqa: PLC0415 - heavy
    from helpers.entry.intake.workbook import Expected  # noqa: PLC0415
    from helpers.paths import find_project  # noqa: PLC0415

    project = find_project()
    result = read_import(project, file, Expected(entity, year), mapping)
    if report is not None:
        _write_page(report, file.name, result)
    for notice in result.notices:
        typer.echo(f"提示　{notice}")
    if result.outcome is None:
        _show_problems(file, result, marked)
        raise typer.Exit(FAILED)
    _show_changes(result.outcome)
    if not result.outcome.changes:
        typer.echo(f"与在案数据相同（{result.outcome.unchanged} 条），没有要写的")
    elif dry_run:
        typer.echo(f"试导入：没有写入；将改 {'、'.join(result.outcome.files)}")
    else:
        write_import(project, result.outcome)
        typer.echo(f"已写入 {'、'.join(result.outcome.files)}")


def _show_problems(file: Path, result: Import, marked: Path | None) -> None:
    """Print the table of problems, and write the marked copy."""
    from rich.console import Console  # noqa: PLC0415

    from helpers.entry.intake.problems import problem_table  # noqa: PLC0415

    console = Console()
    console.print(problem_table(result.problems, f"{file.name}：{len(result.problems)} 处要改"), markup=False)
    typer.echo("没有写入任何数据")
    if marked is None:
        return
    if result.grid is None:
        typer.echo("文件打不开，没有标注的副本")
        return
    from helpers.entry.intake.marked import write_marked  # noqa: PLC0415

    write_marked(file, marked, result.grid, result.problems)
    typer.echo(f"标注的副本：{marked}")


def _write_page(report: Path, name: str, result: Import) -> None:
    from helpers.entry.intake.page import import_page  # noqa: PLC0415 - heavy
    from helpers.errors import SetupError  # noqa: PLC0415

    try:
        report.write_text(import_page(name, result), encoding="utf-8")
    except OSError as error:
        message = f"cannot write {report.name}: {error.strerror or error}"
        raise SetupError(message) from None


def _show_changes(outcome: Outcome) -> None:
    """Print what differs from what was on record, row by row."""
    for change in outcome.changes:
        parts = [part for part in (change.shown_before, change.shown_after) if part]
        typer.echo(f"{KINDS[change.kind]}　{change.what}　{' → '.join(parts)}")
    counts = "，".join(f"{word} {outcome.count(kind)}" for kind, word in KINDS.items())
    typer.echo(f"{counts}，不变 {outcome.unchanged}")
