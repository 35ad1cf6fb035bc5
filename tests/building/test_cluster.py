"""Reports made elsewhere, and for another place: a Dask cluster, and whatever fsspec can write to. Numbers are invented."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from concurrent.futures import wait
from functools import partial
from pathlib import Path

import fsspec
import pytest

from helpers.building.batch import Crew, build_batch
from helpers.building.cluster import cluster_crew, work_on
from helpers.building.planned import Asked, Request
from helpers.building.progress import Lines
from helpers.building.state import State, inputs_digest
from helpers.building.target import Target, deliver_report
from helpers.building.task import AtOnce, Task
from helpers.errors import SetupError
from support.small_chapter import write_notebook
from support.small_project import make_schools

SCHOOLS = Asked((2020,), ("all-schools",), formats=("html",))
SCHEDULER = """
import os, sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        print(cluster.scheduler_address, flush=True)
        for _ in sys.stdin:
            print(*sorted(worker.pid for worker in cluster.workers.values()), flush=True)
"""


def make(folder, count):
    """Return a project of some schools."""
    project = make_schools(folder, count)
    write_notebook(project)
    return project


def contents(folder):
    """Return every file of a folder by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def start(project, *words):
    """Start the command."""
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root), "PYTHONUNBUFFERED": "1"}
    command = [str(Path(sys.executable).with_name("nianbao")), "build", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(project, *words):
    """Run the command to its end."""
    with start(project, *words) as running:
        said, errors = running.communicate(timeout=300)
    assert running.returncode == 0, errors
    return said


def deliver_all(project, url):
    """Build all schools for a target in this process; return how many were built and how many were up to date."""
    place = Target(project, url)
    inputs = inputs_digest(project)
    plan = SCHOOLS.plan(project, inputs)
    pending = plan.stale(place, inputs)
    told = []
    crew = Crew(AtOnce(), partial(deliver_report, url=url), lambda: 1)
    batch = build_batch(
        place,
        plan,
        pending,
        Request(0, ""),
        inputs=inputs,
        crew=crew_of(crew),
        progress=Lines(len(pending), told.append),
    )
    assert batch.failures == []
    return batch.built, batch.up_to_date + len(plan.reports) - len(pending)


class crew_of:  # noqa: N801 - a context manager
    """Lend a crew."""

    def __init__(self, crew):
        self.crew = crew

    def __enter__(self):
        return self.crew

    def __exit__(self, *_):
        return None


@pytest.fixture
def store():
    """Return the URL of an object store that lives in this process."""
    url = f"memory://{uuid.uuid4().hex}"
    yield url
    files, root = fsspec.url_to_fs(url)
    files.rm(root, recursive=True)


def stored(url):
    """Return every file of a store by name."""
    files, root = fsspec.url_to_fs(url)
    return {path.removeprefix(root).lstrip("/"): files.cat_file(path) for path in files.find(root)}


def test_an_object_store_holds_what_a_folder_holds(tmp_path, monkeypatch, store):
    """The same bytes; nothing is delivered twice; only what changed is."""
    project = make(tmp_path, 2)
    monkeypatch.setenv("NIANBAO_PROJECT", str(project.root))
    first, held = deliver_all(project, store), stored(store)
    run(project, "--entity", "all-schools", "--to", "html")
    second = deliver_all(project, store)
    observations = project.data / "observations" / "2020.csv"
    text = observations.read_text(encoding="utf-8")
    observations.write_text(text.replace("school_1,2020,enrolment,,,521", "school_1,2020,enrolment,,,522"), "utf-8")
    third, later = deliver_all(project, store), stored(store)
    changed = {name.split("/")[1] for name in held if held[name] != later[name]}

    assert (first, second, third) == ((3, 0), (0, 3), (1, 2))
    assert held == contents(project.reports)
    assert changed == {"school_1"}


def test_a_store_keeps_nothing_of_a_report_that_is_no_longer_in_it(tmp_path, store):
    """Its manifest comes last, and then what is not in it goes."""
    target = Target(make(tmp_path, 0), store)
    folder = tmp_path / "made"
    for name in ("manifest.json", "tables/table-01.csv", "index.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("old", encoding="utf-8")
    target.deliver(2020, "river", folder)
    before = target.outputs(2020, "river")
    (folder / "tables" / "table-01.csv").unlink()
    (folder / "index.html").write_text("new", encoding="utf-8")
    target.deliver(2020, "river", folder)
    fetched = tmp_path / "fetched"
    target.fetch(2020, "river", fetched)

    assert stored(store) == {"2020/river/manifest.json": b"old", "2020/river/index.html": b"new"}
    assert contents(fetched) == contents(folder)
    assert target.outputs(2020, "river") != before


def test_reports_can_stand_in_another_folder(tmp_path):
    """By workers of this machine; the project's own folder stays empty, and what is there is not made again."""
    project = make(tmp_path / "project", 1)
    words = ("--entity", "all-schools", "--to", "html", "--target", str(tmp_path / "elsewhere"))
    first, second = run(project, *words), run(project, *words)
    (tmp_path / "elsewhere" / "2020" / "brook" / "index.html").write_text("edited", encoding="utf-8")
    third = run(project, *words)
    made = contents(tmp_path / "elsewhere")

    assert "built 2, up to date 0, failed 0" in first
    assert second.startswith("up to date: all 2 reports")
    assert "built 1, up to date 1, failed 0" in third
    assert not project.reports.exists()
    run(project, "--entity", "all-schools", "--to", "html")
    assert made == contents(project.reports)


@pytest.mark.slow
def test_a_worker_of_the_cluster_that_is_killed_costs_nothing_but_time(tmp_path):
    """Its report is made by another one, a nanny starts it anew, and every byte is as it would have been."""
    project, twin = make(tmp_path / "project", 11), make(tmp_path / "twin", 11)
    with subprocess.Popen(
        [sys.executable, "-c", SCHEDULER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        address = cluster.stdout.readline().strip()
        workers = told_workers(cluster)
        words = ("--entity", "all-schools", "--to", "html", "--cluster", address)
        with start(project, *words) as running:
            lines = [running.stdout.readline() for _ in range(3)]
            os.kill(workers[0], signal.SIGKILL)
            rest, errors = running.communicate(timeout=300)
        later = told_workers(cluster)
        again = run(project, *words)
        cluster.stdin.close()
    run(twin, "--entity", "all-schools", "--to", "html")

    assert all("executed 1 of 1" in line for line in lines)
    assert running.returncode == 0, errors
    assert "built 12, up to date 0, failed 0" in rest
    assert workers[0] not in later
    # a report put in place by the worker that was killed before it could tell is looked at again, and found good
    assert again.startswith("up to date: all 12 reports") or "built 0, up to date 12, failed 0" in again
    assert contents(project.reports) == contents(twin.reports)


def told_workers(cluster):
    """Return the processes of a cluster's workers."""
    cluster.stdin.write("workers\n")
    cluster.stdin.flush()
    return [int(word) for word in cluster.stdout.readline().split()]


def test_a_worker_with_other_code_is_refused(tmp_path):
    """It would make other reports."""
    project = make(tmp_path, 0)
    task = Task(project, Request(2020, "river"), State(), inputs_digest(project))
    outcome = work_on(task, url=str(tmp_path / "elsewhere"), toolchain="another")

    assert outcome.has_failed
    assert "a worker of the cluster has other code or libraries than this machine" in outcome.error
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(("name", "message"), [("distributed", "--cluster needs distributed; install it with: pip"),
                                               ("fsspec", "need fsspec; install it with: pip")])  # fmt: skip
def test_what_is_not_installed_is_named(tmp_path, monkeypatch, name, message):
    """One line says how to install it."""
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SetupError, match=message), cluster_crew("local", 1, str(tmp_path)):
        pass


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--cluster", "tcp://127.0.0.1:1"], "--cluster tcp://127.0.0.1:1: no Dask scheduler answers there"),
        (["--target", "nothing://there"], "--target nothing://there: Protocol not known: nothing"),
    ],
)
def test_a_cluster_or_a_target_that_is_not_there_is_one_line(tmp_path, words, message):
    """Exit 2."""
    with start(make(tmp_path, 0), "--entity", "river", *words) as running:
        _, errors = running.communicate(timeout=120)

    assert running.returncode == 2
    assert message in errors
    assert errors.count("\n") == 1


def test_a_report_delivered_by_two_workers_at_once_is_whole(tmp_path):
    """A worker that was given up for lost may still deliver."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    target = Target(make(tmp_path / "project", 0), str(tmp_path / "elsewhere"))
    folder = tmp_path / "made"
    for number in range(20):
        (folder / f"{number}.csv").parent.mkdir(exist_ok=True)
        (folder / f"{number}.csv").write_text(str(number), encoding="utf-8")
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(target.deliver, 2020, "river", folder) for _ in range(40)]
        wait(done)

    assert [one.exception() for one in done] == [None] * 40
    assert contents(tmp_path / "elsewhere" / "2020") == {
        f"river/{name}": held for name, held in contents(folder).items()
    }
