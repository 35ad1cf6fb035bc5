"""The contract of chapter notebooks: documents first, thin, stripped, without a typed number."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from helpers.composition import numbering
from helpers.loading import load_data
from helpers.paths import Project

ROOT = Path(__file__).parents[1]
OUTLINES = yaml.safe_load((ROOT / "data/reference/chapters.yml").read_text(encoding="utf-8"))
CHAPTERS = {}  # the first outline that has a notebook is the one that it was written for
for outline in OUTLINES.values():
    for record in outline["chapters"]:
        CHAPTERS.setdefault(record["notebook"], record)
LONGEST_CELL = 8
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.While)
FORBIDDEN_CALLS = {"open", "print", "read_csv", "to_csv", "show", "savefig"}


@pytest.fixture(params=sorted(CHAPTERS))
def chapter(request):
    """Each notebook: its name, its record in the outline that it was written for, its cells."""
    notebook = json.loads((ROOT / "notebooks" / request.param).read_text(encoding="utf-8"))
    return request.param, CHAPTERS[request.param], notebook


def source(cell):
    """Return a cell's text."""
    return "".join(cell["source"])


def code_cells(notebook):
    """Return the cells of code that are not prose."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [cell for cell in cells if not source(cell).startswith("%%")]


def test_every_notebook_belongs_to_a_chapter():
    """A forgotten file would never be built."""
    files = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}

    assert files == set(CHAPTERS)


def test_it_is_stripped_and_its_kernel_is_python3(chapter):
    """No outputs, no counts, no stray metadata."""
    _, _, notebook = chapter

    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_cells_bear_names(chapter):
    """An id says what the cell yields; error messages and diffs use it."""
    ids = [cell["id"] for cell in chapter[2]["cells"]]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) for name in ids), ids


def test_it_opens_with_title_parameters_and_setup_and_ends_with_verify(chapter):
    """The frame is the same everywhere."""
    _, record, notebook = chapter
    cells = notebook["cells"]

    assert [cell["id"] for cell in cells[:3]] == ["title", "parameters", "setup"]
    assert re.fullmatch(r"# \D+", source(cells[0])), "the outline numbers chapters"
    assert cells[1]["metadata"]["tags"] == ["parameters"]
    assert [line.split(":")[0] for line in source(cells[1]).splitlines()] == ["year", "entity"]
    assert all("#" in line for line in source(cells[1]).splitlines())
    assert f'open_chapter("{record["slug"]}", year=year, entity=entity)' in source(cells[2])
    assert source(cells[-1]) == "chapter.verify()"
    assert sum("parameters" in cell["metadata"].get("tags", ()) for cell in cells) == 1


def test_its_sections_are_those_of_the_outline_in_order(chapter):
    """A lost heading is seen here; its number is the outline's alone."""
    _, record, notebook = chapter
    headings = [cell for cell in notebook["cells"] if source(cell).startswith("## ")]

    assert [cell["id"].replace("-", "_") for cell in headings] == [one["id"] for one in record.get("sections", ())]
    assert [source(cell) for cell in headings] == [f"## {one['title']}" for one in record.get("sections", ())]


def test_markdown_cells_hold_headings_only(chapter):
    """Words with numbers come from templates, where a typed digit is an error."""
    for cell in chapter[2]["cells"]:
        if cell["cell_type"] == "markdown":
            assert re.fullmatch(r"#{1,3} .+", source(cell)), cell["id"]


def test_code_is_thin(chapter):
    """Logic lives in helpers: no definition, loop, import, file or print in a chapter."""
    for cell in code_cells(chapter[2]):
        text = source(cell)
        assert len(text.splitlines()) <= LONGEST_CELL, cell["id"]
        for node in ast.walk(ast.parse(text)):
            assert not isinstance(node, FORBIDDEN), cell["id"]
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert cell["id"] == "setup"
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert name not in FORBIDDEN_CALLS, cell["id"]


def test_no_chapter_knows_its_place(chapter):
    """A notebook serves every city: no proper name of the first one stands in it."""
    for cell in chapter[2]["cells"]:
        text = re.sub('entity: str = "(hangzhou|zhongce)"', "", source(cell))
        assert "杭州" not in text, cell["id"]
        assert "hangzhou" not in text, cell["id"]
        assert "浙江" not in text, cell["id"]


def test_a_section_has_one_home():
    """Cases and narratives name their section by its id alone."""
    homes = [one["id"] for record in CHAPTERS.values() for one in record.get("sections", ())]

    assert len(set(homes)) == len(homes)


def test_labels_are_the_numbers_of_the_outline_that_a_notebook_was_written_for(project_root):
    """Who reads a notebook finds the numbers of the report; other outlines number anew."""
    project = Project(project_root)
    catalogue, _ = load_data(project)
    numbers = numbering(project, catalogue.outlines["city_eleven_chapters"])

    assert len(numbers) > 20
    assert all(label == number for label, number in numbers.items())
