"""A failed chapter leaves a visible hole in the book, not a gap that nobody notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.chapter import CHAPTER_MIME_TYPE, Chapter
from helpers.formulas import Facts
from helpers.writing.blocks import MIME_TYPE, Paragraph, Prose, Text

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from helpers.building.plan import Job
    from helpers.catalogue import Catalogue
    from helpers.observations import Observations
    from helpers.paths import Project

WORDS = "本章未能生成，此处暂缺。构建时的错误信息见命令行输出；改正后重新运行即可补上。"


def placeholder(project: Project, catalogue: Catalogue, observations: Observations, job: Job) -> NotebookNode:
    """Return an executed notebook that says that the chapter is missing."""
    from nbformat import v4  # noqa: PLC0415 - only when a chapter failed

    entity = catalogue.entities[job.entity]
    outline = catalogue.outline(entity, job.year)
    record = next(one for one in outline.chapters if one.number == job.number)
    facts = Facts(catalogue, observations)
    chapter = Chapter(facts, entity, job.year, record=record, outline=outline, project=project)
    prose = Prose(paragraphs=(Paragraph(lead="缺章。", runs=(Text(text=WORDS),)),))
    notice = prose.model_dump(mode="json", exclude_defaults=True) | {"kind": prose.kind}
    cells = [
        v4.new_markdown_cell(f"# {record.title}", id="title"),  # type: ignore[no-untyped-call]
        _showing("setup", {CHAPTER_MIME_TYPE: chapter.bundle()}),
        _showing("missing", {MIME_TYPE: notice}),
    ]
    notebook: NotebookNode = v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    return notebook


def _showing(name: str, data: dict[str, object]) -> NotebookNode:
    from nbformat import v4  # noqa: PLC0415 - only when a chapter failed

    output = v4.new_output("display_data", data=data)  # type: ignore[no-untyped-call]
    cell: NotebookNode = v4.new_code_cell("", id=name, outputs=[output])  # type: ignore[no-untyped-call]
    return cell
