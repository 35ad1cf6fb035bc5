"""What is wrong, as a page: one file that opens without a network, in the look of the report's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.building.pages import page_body, page_shell

if TYPE_CHECKING:
    from helpers.entry.intake.importing import Import

KINDS = {"added": "新增", "changed": "改动", "removed": "删除"}


def import_page(name: str, result: Import) -> str:
    """Return the page on one file: its problems, or what it changes."""
    by_sheet: dict[str, list[object]] = {}
    for problem in result.problems:
        by_sheet.setdefault(problem.sheet or "整个文件", []).append(problem)
    body = page_body("import", file_name=name, result=result, by_sheet=by_sheet, outcome=result.outcome, kinds=KINDS)
    return page_shell(f"导入检查　{name}", body)
