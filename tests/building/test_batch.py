"""Many reports in one go: side by side, whatever one of them does, and going on where it was. Numbers are invented."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.building.batch import in_flight
from helpers.building.place import Place
from helpers.building.placeholder import WORDS
from helpers.building.planned import Asked
from helpers.building.state import State, inputs_digest, save_state
from support.small_chapter import write_notebook
from support.small_project import CHAPTERS, make_project, make_schools

SCHOOLS = 4


def command(*words):
    """Return a command as a person types it."""
    return [str(Path(sys.executable).with_name("nianbao")), *words]


def nianbao(project, *words):
    """Run the command to its end."""
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root)}
    return subprocess.run(command(*words), env=environment, capture_output=True, text=True, check=False, timeout=180)


def contents(folder):
    """Return every file of a folder by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(path, old, new):
    """Replace a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build all schools of the small project once."""
    project = make_schools(tmp_path_factory.mktemp("project"), SCHOOLS)
    write_notebook(project)
    done = nianbao(project, "build", "--entity", "all-schools", "--to", "html", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return project, done


def test_off_a_terminal_each_report_is_one_plain_line(built):
    """With what was done, the time it took and what remains."""
    _, done = built
    lines = done.stdout.splitlines()

    assert len(lines) == SCHOOLS + 1 + 2  # brook is a school, too
    assert all(re.match(r"  \[\d/5\] 2020 \w+: executed 1 of 1, \d gaps \(\d+ s", line) for line in lines[:-2])
    assert re.match(r"built 5, up to date 0, failed 0, in \d+ s", lines[-2])
    assert lines[-1] == "open: reports/2020/index.html"
    assert "\x1b" not in done.stdout + done.stderr


def test_a_batch_and_single_builds_give_the_same_bytes(built, tmp_path):
    """However many workers there are, and whoever makes a report."""
    project, _ = built
    other = make_schools(tmp_path, SCHOOLS)
    write_notebook(other)
    for entity in ("school_0", "brook"):
        assert nianbao(other, "build", "--entity", entity, "--to", "html").returncode == 0

    for entity in ("school_0", "brook"):
        assert contents(project.report(2020, entity)) == contents(other.report(2020, entity))


def test_the_index_lists_every_report_by_kind_and_is_renewed_only_when_it_changes(built):
    """A link to each, and how much is missing."""
    project, _ = built
    index = project.reports / "2020" / "index.html"
    page, before = index.read_text(encoding="utf-8"), index.stat().st_mtime_ns
    nianbao(project, "build", "--entity", "all-schools", "--to", "html", "--force")
    same = index.stat().st_mtime_ns
    nianbao(project, "build", "--entity", "river", "--to", "html")
    later = index.read_text(encoding="utf-8")

    assert '<html lang="zh-CN">' in page
    assert re.findall(r'<a href="(\w+)/index.html">', page) == ["brook", *(f"school_{n}" for n in range(SCHOOLS))]
    assert "清江市school_0" in page
    assert same == before
    assert later.index("river/index.html") < later.index("brook/index.html")
    assert "http" not in page.partition("</style>")[2]


def test_only_what_changed_is_built_again(built):
    """One school's number, one report."""
    project, _ = built
    nianbao(project, "build", "--entity", "all-schools", "--to", "html")
    nothing = nianbao(project, "build", "--entity", "all-schools", "--to", "html")
    edit(project.data / "observations" / "2020.csv", "school_1,2020,enrolment,,,521", "school_1,2020,enrolment,,,522")
    changed = nianbao(project, "build", "--entity", "all-schools", "--to", "html", "--why")

    assert nothing.stdout == "up to date: all 5 reports\nopen: reports/2020/index.html\n"
    assert "2020 school_1 01-basics: observation school_1 2020 enrolment own changed" in changed.stdout
    assert "built 1, up to date 4, failed 0" in changed.stdout


def test_a_report_of_one_page_is_made_once(tmp_path):
    """It has no page of the chapter beside its own; the index leads there, and a failure leaves it as it was."""
    outline = CHAPTERS.replace("  kinds: [city, school]", "  kinds: [city, school]\n  one_page: true")
    project = make_project(tmp_path, chapters=outline)
    write_notebook(project)
    report = project.report(2020, "brook")
    done = nianbao(project, "build", "--entity", "brook", "--to", "html")
    links = set(re.findall(r'href="([^"#]+)(?:#[^"]*)?"', (report / "index.html").read_text(encoding="utf-8")))
    before = contents(report)
    write_notebook(project, extra="\nassert False, 'an invented failure'")
    failed = nianbao(project, "build", "--entity", "brook", "--to", "html")
    after = contents(report)
    first = nianbao(project, "build", "--entity", "river", "--to", "html")
    write_notebook(project)
    mended = nianbao(project, "build", "--entity", "brook", "--to", "html")
    again = nianbao(project, "build", "--entity", "brook", "--to", "html")

    assert done.returncode == 0, done.stderr
    assert not (report / "chapters").exists()
    assert {link for link in links if not (report / link).is_file()} == {"data:,", "report.pdf"}  # not asked for
    assert (failed.returncode, after["report.html"]) == (1, before["report.html"])
    assert first.returncode == 1
    assert WORDS in (project.report(2020, "river") / "report.html").read_text(encoding="utf-8")
    assert mended.returncode == 0
    assert contents(report) == before
    assert "up to date" in again.stdout


def test_a_report_that_fails_stops_no_other(built):
    """Told with cell and error, exit 1; the last good pages stay."""
    project, _ = built
    nianbao(project, "build", "--entity", "all-schools", "--to", "html")
    before = contents(project.report(2020, "school_2") / "chapters")
    write_notebook(project, extra="\nassert entity != 'school_2', 'an invented failure'")
    done = nianbao(project, "build", "--entity", "all-schools", "--to", "html")
    after = contents(project.report(2020, "school_2") / "chapters")
    write_notebook(project)
    mended = nianbao(project, "build", "--entity", "all-schools", "--to", "html")

    assert done.returncode == 1
    assert "built 4, up to date 0, failed 1" in done.stdout
    assert "2020 school_2: notebooks/01_basics.ipynb, cell 'scale-cases': AssertionError: an invented" in done.stderr
    assert "Traceback" not in done.stderr
    assert after == before
    assert mended.returncode == 0


def test_what_cannot_be_is_skipped_and_told(built):
    """The others are built; the exit code is 0."""
    project, _ = built
    done = nianbao(project, "build", "--entity", "river", "--entity", "brook", "--year", "2019", "--to", "html")

    assert done.returncode == 0, done.stderr
    assert "skipped 1: no data for 2019 (brook)" in done.stdout
    assert (project.report(2019, "river") / "index.html").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--entity", "river", "--entity", "rivr"],
            "unknown entity 'rivr' (data/reference/entities.yml); did you mean",
        ),
        (["--entity", "all", "--year", "2031"], "no data for 2031; there are 2019, 2020"),
        (["--matrix", "nowhere.yml"], "nowhere.yml: No such file or directory; name a YAML file"),
        (["--matrix", "nowhere.yml", "--year", "2020"], "leave out --year, --entity, --chapter and --to"),
    ],
)
def test_a_mistaken_call_is_one_line_and_exit_2(built, words, message):
    """Before anything is started."""
    done = nianbao(built[0], "build", *words)

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_batch_goes_on_where_it_was(tmp_path, how):
    """What was finished is up to date; the rest is built; nothing is left over."""
    project = make_schools(tmp_path, 8)
    write_notebook(project)
    words = command("build", "--entity", "all-schools", "--to", "html", "--jobs", "1")
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as running:
        assert running.stdout is not None
        told = [running.stdout.readline() for _ in range(2)]
        if how == signal.SIGINT:
            os.killpg(running.pid, how)  # as the terminal does
        else:
            running.send_signal(how)
    done = nianbao(project, "build", "--entity", "all-schools", "--to", "html")
    match = re.search(r"built (\d+), up to date (\d+), failed 0", done.stdout)

    assert "2020" in told[1]
    assert done.returncode == 0, done.stderr
    assert match
    assert int(match[1]) + int(match[2]) == 9
    assert int(match[2]) >= 2
    assert len(list(project.reports.glob("2020/*/manifest.json"))) == 9
    assert not list(project.reports.glob("2020/.*"))


def test_no_more_is_handed_out_than_can_be_done_soon():
    """Thousands of tasks are not made, or held, before their time."""
    from helpers.building.task import AtOnce  # noqa: PLC0415

    made, done = [], []

    def tasks():
        for number in range(100):
            made.append(number)
            yield number

    for task, future in in_flight(AtOnce(), str, tasks(), limit=lambda: 4):
        assert len(made) - len(done) <= 4
        assert future.result() == str(task)
        done.append(task)

    assert sorted(done) == list(range(100))


def test_finding_nothing_to_do_in_thousands_of_reports_takes_seconds(tmp_path):
    """Every report's state and outputs are looked at; nothing heavy is loaded, no input is read more than once."""
    count = 3000
    project = make_schools(tmp_path, count)
    write_notebook(project)
    inputs = inputs_digest(project)
    words = Asked((2020,), ("all-schools",))
    plan = words.plan(project, inputs)
    for report in plan.reports:
        folder = project.report(report.year, report.entity)
        for name in ("index.html", "chapters/01-basics.html", "facts.csv", "manifest.json"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("invented", encoding="utf-8")
        chapter = {
            "executed": {f"code {n}": "0" * 64 for n in range(200)},
            "formats": ["html", "pdf"],
            "inputs": inputs,
        }
        state = State({"01-basics": chapter_state(chapter)}, {"formats": "html,pdf"}, ["01-basics"], inputs)
        save_state(Place(project), report.year, report.entity, state)
    started = time.process_time()
    again = words.plan(project, inputs_digest(project))
    stale = again.stale(Place(project), inputs)
    seconds = time.process_time() - started
    sizes = sum(path.stat().st_size for path in (project.root / ".cache" / "build").rglob("*.json"))
    (project.report(2020, "school_7") / "facts.csv").write_text("edited", encoding="utf-8")

    assert len(again.reports) == count + 1
    assert stale == []
    assert seconds < 5  # it takes about half a second
    assert sizes / count < 2000  # bytes; 200 shared digests are kept once, not in each
    assert [report.entity for report in again.stale(Place(project), inputs)] == ["school_7"]


def chapter_state(fields):
    """Return the state of a chapter."""
    from helpers.building.state import ChapterState  # noqa: PLC0415

    return ChapterState(**fields)
