"""Whatever is killed or refused: the report is whole, the next build completes, and one line says what to do.

Numbers are invented (support.small_project).
"""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from helpers.building.lock import build_lock
from helpers.building.place import Place
from helpers.building.staging import Staging, exchange, file_digest
from helpers.building.state import State, load_state, save_state
from helpers.building.workers import LostWorkerError, Workers
from helpers.errors import BuildError
from helpers.paths import Project
from helpers.writing.fonts import font_files
from support import moments
from support.moments import NEW_PROSE, contents
from support.processes import ROLES, processes_of
from support.small_chapter import PROSE, write_notebook
from support.small_project import CHAPTERS, make_project
from support.tasks import kill_worker, kill_worker_once

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, forks")
LIMIT = 120  # seconds; the machine may be busy
SEED = 2020
SECOND_CHAPTER = """\
    - slug: size
      title: 学校规模
      notebook: 02_size.ipynb
      sections:
        - {id: size, title: 规模}
"""


def told_moments(folder, *words):
    """Go through the moments at which a build changes a file, in a process with one thread."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, moments.__file__, str(folder), *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *told, end = map(json.loads, done.stdout.splitlines())
    assert end == "end"
    return told


@LINUX
@pytest.mark.parametrize("step", [16, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("option", ["exchange", "no-exchange"])
def test_a_build_killed_at_any_moment_leaves_a_whole_report(tmp_path, step, option):
    """The old one or the new one; where names cannot be exchanged none, for a moment, until the next build."""
    told = told_moments(tmp_path, "kill", 0, step, option)

    *killed, last = told
    assert len(killed) > 40 / step
    assert {one["status"] for one in killed} == {-signal.SIGKILL}
    assert last["status"] == 0
    seen = {one["report"] for one in told}
    assert {"old", "new"} <= seen <= {"old", "new", "none"}
    assert sum(one["report"] == "none" for one in told) <= (option == "no-exchange")
    for one in told:
        assert one["next"] == [0, ""], one
        assert one["mended"], one
        assert one["settled"], one
        assert one["rubbish"] == [], one


@LINUX
@pytest.mark.parametrize("step", [16, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_is_full_or_may_not_be_written_is_one_line(tmp_path, step, number):
    """Whichever file it is that cannot be made: it is named, the report is whole, and the next build completes."""
    *refused, last = told_moments(tmp_path, "refuse", number, step)

    assert len(refused) > 40 / step
    assert last["status"] == 0
    for one in refused:
        assert one["status"] == 2, one
        assert one["said"].startswith("cannot write "), one
        assert f": {os.strerror(number)}; " in one["said"], one
        assert "\n" not in one["said"], one
        assert str(tmp_path) not in one["said"], one
        after_it_stands = "left as it was" not in one["said"]
        assert one["report"] == ("new" if after_it_stands else "old"), one
        assert (one["next"], one["mended"], one["settled"], one["rubbish"]) == ([0, ""], True, True, []), one


@pytest.fixture
def workers():
    """Make two workers, which find this module by its name."""
    with Workers(2) as pool:
        yield pool


def test_a_task_whose_worker_is_killed_is_done_again(workers, tmp_path):
    """And so are those that had the bad luck to be in the same pool."""
    told = [workers.submit(kill_worker_once, tmp_path / "note"), *(workers.submit(abs, -n) for n in range(9))]

    assert [one.result(LIMIT) for one in told] == ["done", *range(9)]


def test_only_the_task_to_blame_is_lost(workers):
    """It says so in one line; the pool goes on."""
    bad = workers.submit(kill_worker)
    good = [workers.submit(abs, -n) for n in range(9)]
    with pytest.raises(LostWorkerError, match=r"^its worker process was killed, twice; is there enough memory\?"):
        bad.result(LIMIT)

    assert [one.result(LIMIT) for one in good] == list(range(9))
    with pytest.raises(ZeroDivisionError):
        workers.submit(divmod, 1, 0).result(LIMIT)


def nianbao(project, *words, **options):
    """Start the command as a person does."""
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root)}
    command = [str(Path(sys.executable).with_name("nianbao")), *words]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def build_all(project, *words):
    """Build; return exit code, output and errors."""
    with nianbao(project, "build", "--entity", "river", *words) as running:
        told = running.communicate(timeout=LIMIT)
    return running.returncode, *told


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """Build a project in an old and in a new version; return folders to copy and what the reports are then."""
    folder = tmp_path_factory.mktemp("versions")
    project = make_project(folder / "project")
    for name, changes in (("old", {}), ("new", {"prose": NEW_PROSE})):
        write_notebook(project, **changes)
        assert build_all(project, "--jobs", "1")[0] == 0
        shutil.copytree(project.root, folder / name, symlinks=True)
    return folder, contents(folder / "old/reports"), contents(folder / "new/reports")


@pytest.fixture
def changed(versions, tmp_path):
    """Return a project whose report is the old one and whose notebook is new."""
    shutil.copytree(versions[0] / "old", tmp_path / "changed")
    project = Project(tmp_path / "changed")
    write_notebook(project, prose=NEW_PROSE)
    return project


@pytest.fixture
def temporary(monkeypatch):
    """Give builds a temporary folder of their own; its name is short, because those of sockets may not be long."""
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def wait_until(condition):
    """Wait for what must happen soon; return what it gave."""
    limit = time.monotonic() + LIMIT
    while not (found := condition()):
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.005)
    return found


def agrees_with_its_manifest(project):
    """Say whether every file is the one that its build made."""
    found = contents(project.reports / "2020/river")
    found.pop("manifest.json")
    named = json.loads((project.reports / "2020/river/manifest.json").read_text(encoding="utf-8"))["outputs"]
    return named == found


@LINUX
@pytest.mark.parametrize(
    ("role", "moment"),
    [
        *((role, 0) for role in ROLES),
        *(pytest.param(role, moment, marks=pytest.mark.slow) for role in ROLES for moment in range(1, 11)),
    ],
)
def test_whichever_process_is_killed_nothing_is_mixed_and_nothing_is_left(changed, versions, temporary, role, moment):
    """The main process, a worker, the warm process, a kernel; the next build makes the same as an undisturbed one."""
    project, (_, old, new) = changed, versions
    with nianbao(project, "build", "--entity", "river", "--jobs", "2") as running:
        victim = wait_until(lambda: processes_of(project).get(role) or running.poll() is not None)
        time.sleep(random.Random(f"{SEED} {role} {moment}").uniform(0, 0.3 * moment))  # noqa: S311 - no secret
        if victim is not True:
            with suppress(ProcessLookupError):
                os.kill(victim[0], signal.SIGKILL)
        _, errors = running.communicate(timeout=LIMIT)
        wait_until(lambda: not processes_of(project))
    code, found = running.returncode, contents(project.reports)

    assert "Traceback" not in errors
    assert agrees_with_its_manifest(project)
    if code == 0:
        assert found == new
    elif role == "main":
        assert (code, found in (old, new)) == (-signal.SIGKILL, True)
    else:  # a chapter whose kernel was killed failed: its page stays, the book has a hole
        assert code == 1
        assert "1 of 1 chapters failed" in errors
        assert {name for name in old if found[name] != old[name]} == {
            f"2020/river/{name}" for name in ("report.html", "report.pdf", "manifest.json")
        }
    assert build_all(project, "--jobs", "2")[0] == 0
    assert contents(project.reports) == new
    assert not moments.rubbish(project)
    assert list(temporary.iterdir()) == []


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Build a project of two chapters, change both; return it, and what the next build makes of it undisturbed."""
    folder = tmp_path_factory.mktemp("pair")
    project = make_project(folder / "project", chapters=CHAPTERS + SECOND_CHAPTER)
    for prose in (PROSE, NEW_PROSE):
        shutil.copytree(project.root, folder / "changed", dirs_exist_ok=True)
        for root in (project.root, folder / "changed"):
            write_notebook(Project(root), prose=prose)
            write_notebook(Project(root), prose=prose, name="02_size.ipynb", section="size", label="表2")
        assert build_all(project, "--jobs", "1")[0] == 0
    return folder / "changed", contents(project.reports)


@LINUX
@pytest.mark.parametrize("moment", [0, 3, *(pytest.param(moment, marks=pytest.mark.slow) for moment in (1, 2, 4, 5))])
def test_a_worker_killed_in_the_midst_of_a_report_costs_a_retry(pair, tmp_path, moment):
    """One of those that have chapters to make, or the one that sets the book; nobody can tell afterwards."""
    shutil.copytree(pair[0], tmp_path / "project")
    project, draw = Project(tmp_path / "project"), random.Random(f"{SEED} {moment}")  # noqa: S311 - no secret
    with nianbao(project, "build", "--entity", "river", "--jobs", "2") as running:
        wait_until(lambda: len(processes_of(project).get("worker", ())) > 1)
        time.sleep(draw.uniform(0, 0.3 * moment))
        with suppress(IndexError, ProcessLookupError):  # it may have done its work by now
            os.kill(draw.choice(processes_of(project).get("worker", [])), signal.SIGKILL)
        _, errors = running.communicate(timeout=LIMIT)

    assert (running.returncode, "Traceback" in errors) == (0, False), errors
    assert contents(project.reports) == pair[1]
    assert not moments.rubbish(project)


def test_a_chapter_that_kills_its_kernel_says_where(changed):
    """Notebook, cell and source, and no traceback."""
    write_notebook(changed, extra="\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    code, _, errors = build_all(changed, "--to", "html")

    assert code == 1
    assert "notebooks/01_basics.ipynb, cell 'scale-cases': DeadKernelError: Kernel died" in errors
    assert "    os.kill(os.getpid(), signal.SIGKILL)" in errors
    assert "Traceback" not in errors


@LINUX
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_a_chapter_that_runs_in_a_thread(changed, temporary):
    """Its kernel ends with it; the report stays as it was."""
    before = contents(changed.reports)
    write_notebook(changed, extra=f"\nimport time\ntime.sleep({LIMIT})")
    with nianbao(changed, "build", "--entity", "river", start_new_session=True) as running:
        wait_until(lambda: processes_of(changed).get("kernel"))
        time.sleep(1)  # the cell is being executed
        os.killpg(running.pid, signal.SIGINT)  # as the terminal does
        _, errors = running.communicate(timeout=LIMIT / 2)
        wait_until(lambda: not processes_of(changed))

    assert running.returncode == 130
    assert errors == "nianbao: stopped\n"
    assert contents(changed.reports) == before
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("cleaned", [False, True], ids=["", "although the cache was removed"])
def test_the_second_build_says_who_holds_the_lock_and_waits(tmp_path, cleaned):
    """Process and time, if they are still told; after a holder that was killed nobody waits."""
    project = make_project(tmp_path)
    path = str(Path(sys.executable))
    hold = (
        "import sys; from pathlib import Path; from helpers.building.lock import build_lock; from helpers.paths import "
        "Project\nwith build_lock(Project(Path(sys.argv[1])), print): print('held', flush=True); sys.stdin.readline()"
    )
    told = []
    words = [path, "-c", hold, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        if cleaned:
            shutil.rmtree(project.root / ".cache")

        def tell(line):
            told.append(line)
            holder.kill()

        with build_lock(project, tell):
            assert holder.wait(LIMIT) == -signal.SIGKILL
    with build_lock(project, told.append):
        pass

    assert len(told) == 1
    since = rf" \(process {holder.pid}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\)" if not cleaned else ""
    assert re.fullmatch(rf"another build of this project is running{since}; waiting for it", told[0])


def test_only_what_is_as_its_build_left_it_is_kept(tmp_path):
    """Tables are made together with the facts."""
    report = tmp_path / "2020/river"
    with Staging(report) as staging:
        staging.write_all({"a.html": "a", "b.html": "b", "facts.csv": "f", "tables/1.csv": "1"})
        digests = {name: file_digest(staging.folder / name) for name in staging.names()}
        staging.write("manifest.json", json.dumps({"outputs": digests}))
        staging.put_in_place()
    seen = []
    for name in ("a.html", "tables/1.csv"):
        (report / name).write_text("other", encoding="utf-8")
        with Staging(report) as staging:
            seen.append(sorted(staging.names()))

    assert seen == [["b.html", "facts.csv", "manifest.json", "tables/1.csv"], ["b.html", "manifest.json"]]
    assert (report / "a.html").read_text(encoding="utf-8") == "other"


def test_a_state_holds_only_for_the_report_that_it_was_noted_of(tmp_path):
    """A build may be killed between the two."""
    project = make_project(tmp_path)
    manifest = project.report(2020, "river") / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("one", encoding="utf-8")
    save_state(Place(project), 2020, "river", State(whole={"noted": "yes"}))
    known = load_state(Place(project), 2020, "river").whole
    manifest.write_text("another", encoding="utf-8")

    assert known == {"noted": "yes"}
    assert load_state(Place(project), 2020, "river") == State()


@pytest.mark.slow
def test_an_output_that_is_not_its_builds_is_made_anew(changed, versions):
    """Edited by hand, checked out from git, or deleted."""
    _, _, new = versions
    folder = changed.report(2020, "river")
    build_all(changed)
    for name, act in (
        ("chapters/01-basics.html", lambda path: path.write_text("edited")),
        ("tables/table-01.csv", lambda path: path.write_text("from another branch")),
        ("report.pdf", Path.unlink),
        ("manifest.json", Path.unlink),
    ):
        act(folder / name)
        assert build_all(changed)[0] == 0
        assert contents(changed.reports) == new, name


@pytest.mark.slow
def test_a_report_put_in_place_by_a_build_that_did_not_live_to_note_it_is_not_taken_for_another(changed, versions):
    """Its inputs were then changed back: without the check the old notes would fit the old inputs, and it would stay."""
    _, old, new = versions
    notes = changed.root / ".cache/build/2020/river.json"
    kept = notes.read_bytes()
    assert build_all(changed)[0] == 0
    assert contents(changed.reports) == new
    notes.write_bytes(kept)
    write_notebook(changed)
    assert build_all(changed)[0] == 0

    assert contents(changed.reports) == old


def test_names_are_exchanged_in_one_step_or_it_is_told(tmp_path):
    """What stands in the way is an error, what the system cannot do is not."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    exchanged = exchange(one, other)

    assert (one / ("other" if exchanged else "one")).exists()
    if exchanged:
        with pytest.raises(FileNotFoundError):
            exchange(one, tmp_path / "none")


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path):
    """Before anything is executed."""
    (tmp_path / "reports/2020").mkdir(parents=True)
    (tmp_path / "reports/2020/river").touch()
    with (
        pytest.raises(BuildError, match=r"^cannot write reports/2020/river: there is a file of that name; the report"),
        Staging(tmp_path / "reports/2020/river"),
    ):
        pass


def small_disk():
    """Say whether this user may have a small disk for himself."""
    words = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", tempfile.gettempdir()]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@LINUX
@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ("mount -o remount,size=200k none .", "No space left on device"),
        ("mount -o remount,ro none .", "Read-only file system"),
    ],
)
def test_a_real_disk_that_is_full_or_may_not_be_written_is_one_line(tmp_path, limits, message):
    """Nothing of it is made up: the project is on a disk of its own."""
    if not small_disk():
        pytest.skip("no disk of one's own; the moments above are the same")
    project, disk = make_project(tmp_path / "project"), tmp_path / "disk"
    write_notebook(project)
    disk.mkdir()
    script = (
        f"mount -t tmpfs none {disk} && cp -r {project.root}/. {disk} && cd {disk} && {limits} && "
        f"NIANBAO_PROJECT={disk} {Path(sys.executable).with_name('nianbao')} build --entity river --jobs 1; code=$?; "
        "find reports -type f 2>/dev/null; exit $code"
    )
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stderr
    assert re.fullmatch(rf"nianbao: cannot write \S+: {message}; the report was left as it was\n", done.stderr)
    assert "reports/" not in done.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no fonts: mpl_font lacks NotoSansCJKsc-Regular.otf"),
        (b"", "no fonts: NotoSansCJKsc-Regular.otf of mpl_font cannot be read as a font"),
        (b"<html>not found</html>", "no fonts: NotoSansCJKsc-Regular.otf of mpl_font cannot be read as a font"),
        (10_000, "no fonts: NotoSansCJKsc-Regular.otf of mpl_font cannot be read as a font"),
    ],
    ids=["missing", "empty", "a page of an error", "cut off"],
)
def test_a_font_that_is_missing_or_damaged_is_one_line(tmp_path, content, message):
    """Before anything is started, and with what to do."""
    project = make_project(tmp_path / "project")
    write_notebook(project)
    real = {file.name: file for file in font_files()}
    fonts = tmp_path / "packages/mpl_font/fonts/noto"
    fonts.mkdir(parents=True)
    (tmp_path / "packages/mpl_font/__init__.py").touch()
    for name, file in real.items():
        (fonts / name).symlink_to(file)
    broken = fonts / "NotoSansCJKsc-Regular.otf"
    broken.unlink()
    if content is not None:
        broken.write_bytes(content if isinstance(content, bytes) else real[broken.name].read_bytes()[:content])
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root), "PYTHONPATH": str(tmp_path / "packages")}
    command = [str(Path(sys.executable).with_name("nianbao")), "build", "--entity", "river"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith(f"nianbao: {message}")
    assert done.stderr.endswith("run `pip install --force-reinstall mpl-font`\n")
    assert done.stderr.count("\n") == 1
    assert not project.reports.exists()
