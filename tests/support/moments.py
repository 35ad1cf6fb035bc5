"""Break a build of the small project at each moment at which it changes a file: kill it, or let the system refuse.

A program of its own, ``moments.py FOLDER kill|refuse ERRNO STEP [no-exchange]``, with one thread, so that it can fork a
build for each moment. What worker processes do is done once and given again: it is the same each time, and they change
no file of the project. Prints one line of JSON for each moment, and one that ends with ``"end"`` when there are no more.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import sys
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.building import builder, staging
from helpers.building.build import Request, build
from helpers.building.place import Place
from helpers.building.planned import PlannedReport
from helpers.building.press import Press, press_in_use
from helpers.building.state import FORMATS, inputs_digest, is_listed, is_untouched
from helpers.building.workers import Workers
from helpers.errors import NianbaoError
from support.small_chapter import write_notebook
from support.small_project import make_project

REQUEST = Request(2020, "river")
NEW_PROSE = "%%prose\n{{ area }}毕业生{{ graduates }}。"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
MAKING = {"os.mkdir", "os.link", "shutil.copyfile"}
CHANGING = {*MAKING, "os.rename", "os.remove", "os.rmdir", "os.truncate"}


class Replay(Executor):
    """Does a task once, in ``pool``, and after that gives what it gave."""

    def __init__(self, pool):
        self.pool, self.version, self.results = pool, "", {}

    def submit(self, task, /, *words):
        """Return what is known, or find out."""
        key = (self.version, task.__name__, pickle.dumps(words))
        if key not in self.results:
            self.results[key] = self.pool.submit(task, *words).result()
        told = Future()
        told.set_result(self.results[key])
        return told


class Moments:
    """Counts, as Python's audit hook hears of them, what is about to change a file below ``root``."""

    def __init__(self, root, moment, act):
        self.root, self.left, self.act = str(root), moment, act
        sys.addaudithook(self.hear)

    def hear(self, event, words):
        """Act at the moment asked for, and at those that follow if there are any."""
        making = event in MAKING or (event == "open" and words[2] & WRITING)
        named = [os.fsdecode(word) for word in words if isinstance(word, str | bytes | os.PathLike)]
        if (making or event in CHANGING) and any(name.startswith(self.root) for name in named):
            self.left -= 1
            if self.left < 0:
                self.act(making, named[0])


def die(_making, _name):
    """Die at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(number):
    """Return what refuses to make anything, for the reason ``number``: a disk stays full."""

    def act(making, name):
        if making:
            raise OSError(number, os.strerror(number), name)

    return act


def contents(folder):
    """Return the digest of each file of a report; nothing where there is none."""
    named = ((path, path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())
    files = (path for path, name in named if not any(part.startswith(".") for part in name.parts))  # what is shown
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def rubbish(project):
    """Return what should not be left."""
    found = [path for path in project.reports.rglob("*") if path.name.startswith(".")]
    return [project.relative(path) for path in (*found, *(project.root / ".cache").rglob("*.new"))]


def in_child(work):
    """Do something in a child; return how it ended, and what it said."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            work()
            os._exit(0)
        except NianbaoError as error:
            os.write(writing, str(error).encode())
            os._exit(2)
        except BaseException as error:  # noqa: BLE001 - told to whoever tests
            os.write(writing, f"NOT OURS: {error!r}".encode())
            os._exit(3)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        said = told.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def build_once(project, replay):
    """Build; what failed raises."""
    report = build(project, REQUEST, lambda _: None, pool=replay)
    assert not report.failures


def is_settled(project):
    """Whether the next build would find nothing to do."""
    return is_listed(Place(project), 2020) and is_untouched(
        Place(project), PlannedReport(2020, "river"), FORMATS, inputs_digest(project)
    )


def main(folder, way, number, step, *options):
    """Go through the moments."""
    os.environ["NIANBAO_PROJECT"] = str(folder / "project")
    project, kept = make_project(folder / "project"), folder / "kept"
    builder.BY_ITSELF = -1  # a chapter alone, too, is the pool's
    stack = ExitStack()
    with Workers(1) as pool:
        replay = Replay(pool)
        stack.enter_context(press_in_use(Press(replay, forgets=False)))
        for replay.version in ("old", "new"):
            write_notebook(project, **({"prose": NEW_PROSE} if replay.version == "new" else {}))
            build_once(project, replay)
            shutil.copytree(project.root, folder / replay.version)
    wholes = {name: contents(folder / name / "reports") for name in ("old", "new")}
    assert wholes["old"] != wholes["new"]
    shutil.copytree(folder / "old", kept)
    shutil.copytree(project.notebooks, kept / "notebooks", dirs_exist_ok=True)
    if "no-exchange" in options:
        staging.exchange = lambda *_: False
    act = die if way == "kill" else refuse(int(number))
    for moment in range(0, 10_000, int(step)):
        shutil.rmtree(project.root)
        shutil.copytree(kept, project.root)

        def broken(moment=moment):
            Moments(project.root, moment, act)
            build_once(project, replay)

        status, said = in_child(broken)
        found = contents(project.reports)
        whole = next((name for name, files in wholes.items() if found == files), "MIXED")
        if not any(name.startswith("2020/river/") for name in found):
            whole = "none"
        next_status, next_said = in_child(lambda: build_once(project, replay))
        told = {
            "moment": moment, "status": status, "said": said, "report": whole,
            "next": [next_status, next_said], "mended": contents(project.reports) == wholes["new"],
            "rubbish": rubbish(project), "settled": is_settled(project),
        }  # fmt: skip
        sys.stdout.write(json.dumps(told) + "\n")
        if status == 0:
            sys.stdout.write(json.dumps("end") + "\n")
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *sys.argv[2:])
