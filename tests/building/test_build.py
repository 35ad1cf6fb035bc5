"""The build: whole or not at all, and every mistake is one clear line. Numbers are invented (support.small_project)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from pypdf import PdfReader

from helpers.checking.sharing import House
from support.small_chapter import write_notebook
from support.small_project import OBSERVATIONS, make_project


def nianbao(project, *words):
    """Run the command as a person does."""
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root)}
    command = [str(Path(sys.executable).with_name("nianbao")), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build the small project once."""
    project = make_project(tmp_path_factory.mktemp("project"))
    write_notebook(project)
    done = nianbao(project, "build", "--entity", "river", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    return project, done


def test_a_build_says_where_to_look_and_makes_every_file(built):
    """The output table of the plan, for a book of one chapter."""
    project, done = built
    folder = project.report(2020, "river")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    assert "open: reports/2020/river/index.html" in done.stdout
    assert files == {
        "index.html", "report.html", "report.pdf", "facts.csv", "manifest.json",
        "chapters/01-basics.html", "chapters/01-basics.pdf", "notebooks/01-basics.ipynb", "tables/table-01.csv",
    }  # fmt: skip


def test_tables_and_facts_are_as_printed(built):
    """Headers included; every number has a row that says where it comes from."""
    project, _ = built
    folder = project.report(2020, "river")

    assert (folder / "tables/table-01.csv").read_text(encoding="utf-8") == (
        "年份,学校数（所）,在校生数（人）\n2019年,6,1000\n2020年,6,1100\n"
    )
    facts = (folder / "facts.csv").read_text(encoding="utf-8").splitlines()
    assert facts[0].startswith("chapter,place,printed,value,unit,indicator,entity,year")
    assert "01,scale-prose,1100人,1100,人,enrolment,river,2020,all,,,yearbook,表1" in facts
    assert "01,scale-prose,10.00%,10.00,%,enrolment.growth,river,2020,all,,enrolment.growth,," in facts
    assert "01,案例1-1,250余人,250,人,enrolment,brook,2020,own,,,yearbook,案例1-1" in facts


def test_the_executed_notebook_is_one_that_any_tool_reads(built):
    """With its outputs; each cell has a line of its own."""
    project, _ = built
    path = project.report(2020, "river") / "notebooks/01-basics.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    lines = path.read_text(encoding="utf-8").splitlines()

    assert [json.loads(line.removesuffix(","))["id"] for line in lines[1:-1]] == [cell.id for cell in notebook.cells]
    assert [cell.id for cell in notebook.cells if cell.get("outputs")][-1] == "verify"


def test_the_manifest_names_inputs_and_outputs_by_digest(built):
    """Every output but itself, every input file."""
    project, _ = built
    folder = project.report(2020, "river")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["parameters"] == {"year": 2020, "entity": "river", "chapters": ["01"]}
    assert "report.pdf" in manifest["outputs"]
    assert "manifest.json" not in manifest["outputs"]
    assert "data/observations/2020.csv" in manifest["inputs"]
    assert "notebooks/01_basics.ipynb" in manifest["inputs"]
    assert "helpers/quantity.py" in manifest["inputs"]


def test_nothing_of_this_machine_gets_into_an_output(built):
    """No path, user, host or clock; neither in what a PDF says of itself nor in its text."""
    project, _ = built
    house = House(project)
    for path in project.report(2020, "river").rglob("*"):
        if path.is_file():
            assert not list(house.problems(path.name, path.read_bytes()))
        if path.suffix == ".pdf":
            text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
            assert "在校生" in text
            assert not list(house.problems("text of a book", text.encode()))


def test_the_same_inputs_give_the_same_bytes_in_another_folder(built, tmp_path):
    """HTML, PDF, notebooks, CSV and manifest."""
    project, _ = built
    other = make_project(tmp_path / "elsewhere")
    write_notebook(other)
    assert nianbao(other, "build", "--entity", "river", "--jobs", "2").returncode == 0

    for path in sorted(project.report(2020, "river").rglob("*")):
        if path.is_file():
            twin = other.root / path.relative_to(project.root)
            assert path.read_bytes() == twin.read_bytes(), path.name


def contents(folder):
    """Return every file of a folder by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_notebook_that_raises_leaves_its_last_good_page_and_a_hole_in_the_book(built):
    """The message names notebook, cell, error and source; the exit code is 1; the next good build mends the hole."""
    project, _ = built
    folder = project.report(2020, "river")
    before = contents(folder)
    write_notebook(project, extra="\nraise ValueError('an invented failure')")
    done = nianbao(project, "build", "--entity", "river")
    holed = contents(folder)
    write_notebook(project)
    mended = nianbao(project, "build", "--entity", "river")

    assert done.returncode == 1
    assert "notebooks/01_basics.ipynb, cell 'scale-cases': ValueError: an invented failure" in done.stderr
    assert "    raise ValueError('an invented failure')" in done.stderr
    assert "Traceback" not in done.stderr
    changed = {name for name in before if holed[name] != before[name]}
    assert changed == {"report.html", "report.pdf", "manifest.json"}
    assert "本章未能生成" in holed["report.html"].decode()
    assert mended.returncode == 0
    assert contents(folder).keys() == before.keys()
    assert contents(folder)["report.pdf"] == before["report.pdf"]
    assert not list(project.reports.glob("*/.*"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["build", "--entity", "rivr"], "unknown entity 'rivr' (data/reference/entities.yml); did you mean 'river'?"),
        (["build", "--entity", "river", "--year", "2031"], "no data on river for 2031; there are 2019, 2020"),
        (
            ["build", "--entity", "river", "--chapter", "1"],
            "unknown chapter '1' (data/reference/chapters.yml); did you mean '01'?",
        ),
        (["build", "--entity", "river", "--to", "htm"], "unknown format 'htm'; did you mean 'html'?"),
        (["build", "--entity", "../river"], "unknown entity '../river'"),
        (["explain", "enrolmnt", "--entity", "river"], "unknown indicator 'enrolmnt'; did you mean 'enrolment'?"),
        (["explain", "awards", "--entity", "river"], "奖牌数: 无数据"),
        (["check", "--explain", "parts"], "unknown check 'parts'"),
    ],
)
def test_a_mistaken_call_is_one_line_and_exit_2(built, words, message):
    """Before anything is started."""
    done = nianbao(built[0], *words)

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("prose", "message"),
    [
        ("%%prose\n在校生{{ enrolmnt }}。", "unknown indicator 'enrolmnt'; did you mean 'enrolment'?"),
        ("%%prose\n在校生1100人。", "prose may not contain a typed number, found '1100'"),
        ("%%prose\n{{ enrolment", "unexpected end of template"),
    ],
)
def test_a_mistake_in_a_notebook_is_told_with_its_cell(built, prose, message):
    """The analyst finds the place."""
    project, _ = built
    write_notebook(project, prose=prose)
    done = nianbao(project, "build", "--entity", "river", "--to", "html")
    write_notebook(project)

    assert done.returncode == 1
    assert "cell 'scale-prose'" in done.stderr
    assert message in done.stderr


def test_a_parameter_that_the_notebook_lacks_is_refused(built):
    """Papermill itself only warns."""
    project, _ = built
    path = project.notebooks / "01_basics.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("year: int = 2020", "yaer: int = 2020"), encoding="utf-8")
    done = nianbao(project, "build", "--entity", "river")
    write_notebook(project)

    assert done.returncode == 2
    assert "notebooks/01_basics.ipynb has no parameter 'year'; did you mean 'yaer'?" in done.stderr


def test_a_file_that_is_no_notebook_is_refused(built):
    """What two branches made of it, for instance."""
    project, _ = built
    path = project.notebooks / "01_basics.ipynb"
    path.write_text("<<<<<<< HEAD\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    done = nianbao(project, "build", "--entity", "river")
    write_notebook(project)

    assert done.returncode == 1
    assert done.stderr == (
        "nianbao: notebooks/01_basics.ipynb is not a notebook: Expecting value: line 1 column 1 (char 0); "
        "open it in an editor for text, or restore it\n"
    )


def test_broken_data_stop_the_build_before_it_starts(tmp_path):
    """Exit 2, file, row and column."""
    project = make_project(tmp_path, observations=OBSERVATIONS.replace(",1100,person", ",11OO,person"))
    write_notebook(project)
    done = nianbao(project, "build", "--entity", "river")

    assert done.returncode == 2
    assert "data/observations/2020.csv row 3, value: '11OO' is not a number" in done.stderr
    assert not project.reports.exists()


def test_check_reports_parts_that_miss_their_total(tmp_path):
    """Exit 1, with both numbers."""
    wrong = OBSERVATIONS.replace("school_kind=adult,1,", "school_kind=adult,2,")
    done = nianbao(make_project(tmp_path, observations=wrong), "check")

    assert done.returncode == 1
    assert "FAIL  parts_make_the_whole: 1 problem" in done.stdout
    assert "schools 2020 river all is 6, its parts by school_kind add to 7" in done.stdout


def test_explain_prints_the_card_and_the_places(built):
    """The terminal shows what a page shows on hover."""
    done = nianbao(built[0], "explain", "land_area_per_student", "--entity", "river")
    printed = nianbao(built[0], "explain", "enrolment", "--entity", "river").stdout

    assert "生均占地面积 · 清江市" in done.stdout
    assert "36300.55平方米 ÷ 1100人 = 33.00平方米" in done.stdout
    assert "《清江统计资料》" in done.stdout
    assert "reports/2020/river  01  表1  1100" in printed


def test_nothing_is_built_twice(built):
    """The second build finds nothing to do; touching a file without changing it executes nothing."""
    project, _ = built
    nianbao(project, "build", "--entity", "river")
    again = nianbao(project, "build", "--entity", "river")
    (project.data / "observations/2020.csv").touch()
    touched = nianbao(project, "build", "--entity", "river", "--why")

    assert "up to date: reports/2020/river/index.html" in again.stdout
    assert "01-basics: up to date" in touched.stdout
    assert "executed" not in touched.stdout


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        ("data/observations/2020.csv", ",1100,person", ",1101,person", "observation river 2020 enrolment all changed"),
        ("data/cases/2020.yml", "开设", "设有", "cases river 2020 changed"),
        ("data/reference/scopes.yml", "独立设置", "独立设立", "reference data/reference/scopes.yml changed"),
        ("notebooks/01_basics.ipynb", "在校生", "在校学生", "cell scale-prose changed"),
    ],
)
def test_what_changed_is_built_and_told(built, path, old, new, reason):
    """An observation, a case, a record of the catalogue, a cell."""
    project, _ = built
    nianbao(project, "build", "--entity", "river")
    text = (project.root / path).read_text(encoding="utf-8")
    (project.root / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = nianbao(project, "build", "--entity", "river", "--why")
    (project.root / path).write_text(text, encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert f"01-basics: {reason}" in done.stdout
    assert "executed 01-basics" in done.stdout


def test_a_row_that_no_chapter_reads_executes_nothing(built):
    """A number that is printed nowhere."""
    project, _ = built
    nianbao(project, "build", "--entity", "river")
    path = project.data / "observations/2020.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("awards,,medal=gold,2", "awards,,medal=gold,4"), encoding="utf-8")
    done = nianbao(project, "build", "--entity", "river", "--why")
    path.write_text(text, encoding="utf-8")

    assert "01-basics: up to date" in done.stdout


def test_a_file_opened_behind_the_helpers_back_is_tracked(built):
    """Its change makes the chapter stale; a program that the notebook starts makes it never up to date."""
    project, _ = built
    extra = project.data / "extra.csv"
    extra.write_text("1\n", encoding="utf-8")
    write_notebook(project, extra="\nfrom pathlib import Path\nlen(Path('../data/extra.csv').read_text());")
    first = nianbao(project, "build", "--entity", "river", "--to", "html")
    extra.write_text("2\n", encoding="utf-8")
    second = nianbao(project, "build", "--entity", "river", "--to", "html", "--why")
    write_notebook(project, extra="\nimport subprocess\nsubprocess.run(['true']);")
    nianbao(project, "build", "--entity", "river", "--to", "html")
    third = nianbao(project, "build", "--entity", "river", "--to", "html", "--why", "--chapter", "01")
    extra.unlink()
    write_notebook(project)

    assert first.returncode == 0, first.stderr
    assert "01-basics: file data/extra.csv changed" in second.stdout
    assert "01-basics: notebook starts another program changed" in third.stdout


@pytest.mark.parametrize(
    ("extra", "place", "what"),
    [
        ("\nprint('mail wang@example.cn')", "notebooks/01-basics.ipynb, cell 'scale-cases'", "an e-mail address"),
        ("\nimport sys\nprint(sys.prefix)", "notebooks/01-basics.ipynb, cell 'scale-cases'", "a path of"),
        ("\nimport time\nprint(time.time())", "notebooks/01-basics.ipynb, cell 'scale-cases'", "the time of the build"),
    ],
)
def test_a_report_that_shows_what_may_not_leave_the_house_is_not_put_in_place(built, extra, place, what):
    """One line for each thing found; the report stands as it was, and the mended notebook builds."""
    project, _ = built
    before = contents(project.report(2020, "river"))
    write_notebook(project, extra=extra)
    done = nianbao(project, "build", "--entity", "river", "--to", "html")
    write_notebook(project)

    assert done.returncode == 1
    assert "nianbao: this may not leave the house; the report was left as it was\n" in done.stderr
    assert f"  {place}: {what}" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(project.report(2020, "river")) == before


def test_a_secret_parameter_is_refused_before_a_kernel_starts(built):
    """An executed notebook shows its parameters."""
    project, _ = built
    path = project.notebooks / "01_basics.ipynb"
    path.write_text(
        path.read_text(encoding="utf-8").replace("# 年度", '# 年度\\ntoken: str = \\"x\\"'), encoding="utf-8"
    )
    done = nianbao(project, "build", "--entity", "river")
    write_notebook(project)

    assert done.returncode == 2
    assert "nianbao: notebooks/01_basics.ipynb: parameter 'token' has the name of a secret" in done.stderr
    assert done.stderr.count("\n") == 1
