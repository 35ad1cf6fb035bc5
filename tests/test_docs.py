"""Documents say what is: commands, outputs, generated parts, links."""

from __future__ import annotations

import json
import os
import re
import shlex
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import typer.main
import yaml

from helpers.checking import documents, guide
from helpers.cli import app
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Qualifier, Status
from helpers.observations import OBSERVATION_COLUMNS
from helpers.paths import PROJECT_VARIABLE, Project
from helpers.writing.filters import FILTERS, TESTS
from helpers.writing.prose import write_prose
from helpers.writing.render import to_text
from helpers.writing.terms import Scene

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "notebooks/README.md")
COMMANDS = sorted(typer.main.get_command(app).commands.items())
FENCED = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
CUT = "…"
QUICK = (".venv/bin/nianbao check", ".venv/bin/nianbao explain")
STOCK = (".venv/bin/papermill", ".venv/bin/jupyter nbconvert")
MACHINE = re.compile(r"(?<![\w.…])/(?:work|home|root|tmp|usr|Users)/|localhost|127\.0\.0\.1")
LARGEST_PICTURE, WIDTH = 300_000, 1280


def read(name):
    """Return a document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, language):
    """Return the fenced blocks of a language, without their indentation."""
    return [textwrap.dedent(text) for _, kind, text in FENCED.findall(read(name)) if kind == language]


def shown_commands(name):
    """Yield each command of a document's consoles with the output shown for it."""
    for block in blocks(name, "console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            yield command, output


def run(command, **options):
    """Run a command as shown, with the tools of the environment that runs the tests."""
    words = shlex.split(command)
    words[0] = str(Path(sys.executable).parent / Path(words[0]).name)
    elsewhere = {key: value for key, value in os.environ.items() if key != PROJECT_VARIABLE}
    return subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=elsewhere, check=False, **options
    )


def as_pattern(output):
    """Turn a shown output into a pattern: … alone on a line stands for lines, in a line for letters."""
    lines = [r"(?:.*\n)*" if line == CUT else re.escape(line).replace(CUT, ".*") + "\n" for line in output.splitlines()]
    return "".join(lines)


def anchors(name):
    """Return the fragments that a document's headings can be linked by."""
    text = FENCED.sub("", read(name))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("name", "command"), COMMANDS)
@pytest.mark.parametrize("readme", READMES)
def test_every_command_and_option_is_in_the_readme(readme, name, command):
    """Who reads the manual knows what there is."""
    text = read(readme)

    assert f"nianbao {name}" in text
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if option not in text] == []


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_every_command_and_option_has_help(name, command):
    """`nianbao NAME --help` explains itself, with an example."""
    assert command.help, name
    assert "Example: nianbao" in command.help
    assert [parameter.name for parameter in command.params if not getattr(parameter, "help", "")] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_option_that_the_readme_names_exists(readme):
    """An option that was renamed must not live on in the manual."""
    rows = re.findall(r"^\| `nianbao (\w[\w-]*)[^|]*\|(.*)\|$", read(readme), re.MULTILINE)
    known = {name: {o for parameter in command.params for o in parameter.opts} for name, command in COMMANDS}

    assert {name for name, _ in rows} == known.keys()
    for name, told in rows:
        assert set(re.findall(r"--[a-z-]+", told)) <= known[name] | {"--help"}


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_is_in_the_readme(readme):
    """And none that there is not."""
    phony = re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    targets = set(phony[1].split()) - {"FORCE"}

    assert set(re.findall(r"`make ([a-z-]+)", read(readme))) == targets


@pytest.mark.parametrize(
    ("command", "output"),
    sorted({shown for name in DOCUMENTS for shown in shown_commands(name) if shown[0].startswith(QUICK)}),
)
def test_a_command_prints_what_is_shown(command, output):
    """Only what runs offline in a moment."""
    done = run(command)
    printed = done.stdout + done.stderr

    assert "Traceback" not in printed
    if output:
        assert re.fullmatch(as_pattern(output), printed), printed
    else:
        assert done.returncode == 0, printed


@pytest.mark.slow
@pytest.mark.parametrize("readme", READMES)
def test_stock_papermill_and_nbconvert_run_as_shown(readme, tmp_path):
    """In the order of the document, into a folder of the test's own."""
    commands = [command for command, _ in shown_commands(readme) if command.startswith(STOCK)]

    for command in commands:
        done = run(command.replace("build/", f"{tmp_path}/"))
        assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"01.ipynb", "01.html", "01.pdf"}


def test_the_shown_cell_is_in_its_notebook_and_prints_what_is_shown(project_root):
    """The one example that everybody reads."""
    catalogue, observations = load_data(Project(project_root))
    scene = Scene(Facts(catalogue, observations), catalogue.entities["hangzhou"], 2020)
    notebook = json.loads(read("notebooks/01_basic_conditions.ipynb"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}

    for readme in READMES:
        (shown,) = blocks(readme, "jinja")
        assert shown.strip() == cells["scale-prose"]
        printed = to_text(write_prose(scene, shown.removeprefix("%%prose\n"), name=readme))
        assert f"> {printed}\n" in read(readme)


def test_shown_calls_are_in_their_notebook():
    """Tables and figures are changed by changing these very calls."""
    notebook = json.loads(read("notebooks/01_basic_conditions.ipynb"))
    cells = {"".join(cell["source"]) for cell in notebook["cells"]}

    assert {block.strip() for block in blocks("README.zh-CN.md", "python")} <= cells


def test_the_shown_row_is_in_the_data():
    """With the header of the file; a note may have been reworded since."""
    (shown,) = blocks("README.zh-CN.md", "csv")
    header, row = shown.splitlines()
    without_note = row.rpartition(",")[0] + ","

    assert header == ",".join(OBSERVATION_COLUMNS)
    assert any(line.startswith(without_note) for line in read("data/observations/2020.csv").splitlines())


def test_the_chinese_manual_names_every_column_status_and_qualifier():
    """Who enters data reads this one."""
    text = read("README.zh-CN.md")
    names = [*OBSERVATION_COLUMNS, *map(str, Status), *(str(one) for one in Qualifier if one)]

    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_lists_every_chapter_and_counts_the_cases(readme):
    """With a link to its notebook."""
    text = read(readme)
    outlines = yaml.safe_load(read("data/reference/chapters.yml"))
    cases = yaml.safe_load(read("data/cases/2020.yml"))

    for number, chapter in enumerate(outlines["city_eleven_chapters"]["chapters"]):
        assert (
            f"| {number:02} {chapter['title']} | [`{chapter['notebook']}`](notebooks/{chapter['notebook']}) |" in text
        )
    for outline in outlines.values():
        assert all(f"`{chapter['notebook']}`" in text for chapter in outline["chapters"])
    assert re.search(rf"(?<!\d){len(cases)}(?: cases|个案例)", text)


@pytest.fixture(scope="module")
def renewed(project_root):
    """Return the documents with their generated parts made anew."""
    return documents.renewed(Project(project_root))


@pytest.mark.parametrize("name", sorted(documents.DOCUMENTS))
def test_generated_parts_are_up_to_date(name, renewed):
    """`python -m helpers.checking.documents --write` makes them anew."""
    assert read(name) == renewed[name]


def test_the_guide_shows_every_filter_and_every_test():
    """A filter without an example is known to its author alone."""
    templates = " ".join(one.template for examples in guide.EXAMPLES.values() for one in examples)

    assert [name for name in FILTERS if not re.search(rf"\| {name}\b", templates)] == []
    assert [name for name in TESTS if not re.search(rf" is {name}\b", templates)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    """To files of this project, and to headings in them; addresses outside are not tried."""
    text = FENCED.sub("", read(name))
    for link in LINK.findall(text):
        if "://" in link:
            continue
        path, _, fragment = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target.relative_to(ROOT)), link


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_knows_a_machine(name):
    """No path, no host."""
    assert MACHINE.findall(read(name)) == []


def test_the_picture_is_of_a_page():
    """Of its width, and small enough for a README."""
    picture = (ROOT / "page.png").read_bytes()

    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", picture[16:20]) == (WIDTH,)
    assert len(picture) <= LARGEST_PICTURE
