"""The one chapter of the small project, as a notebook; others may be written in its likeness."""

from __future__ import annotations

from nbformat import v4, write

PROSE = "%%prose\n{{ area }}在校生{{ enrolment }}，{{ enrolment | change }}。"
TABLE = 'tables.by_year(chapter, "{label}", title="{{years}}{{entity}}规模", indicators=["schools", "enrolment"])'


def write_notebook(project, prose=PROSE, extra="", *, name="01_basics.ipynb", section="scale", label="表1"):
    """Write a chapter of the small project, by default its only one."""
    cells = [
        v4.new_markdown_cell("# 1 基本情况", id="title"),
        v4.new_code_cell(
            'year: int = 2020  # 年度\nentity: str = "river"  # 填报单位',
            id="parameters", metadata={"tags": ["parameters"]},
        ),
        v4.new_code_cell(
            "from helpers import open_chapter, tables\n\n"
            'chapter = open_chapter("01", year=year, entity=entity)', id="setup",
        ),
        v4.new_markdown_cell("## 1.1 规模", id=section),
        v4.new_code_cell(prose, id=f"{section}-prose"),
        v4.new_code_cell(TABLE.format(label=label), id=f"{section}-table"),
        v4.new_code_cell(f'chapter.cases("{section}")' + extra, id=f"{section}-cases"),
        v4.new_code_cell("chapter.verify()", id="verify"),
    ]  # fmt: skip
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    write(v4.new_notebook(cells=cells, metadata=metadata), project.notebooks / name)
