"""Watching: a saved file is built, and the open page hears of it. Numbers are invented (support.small_project)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from support.small_chapter import write_notebook
from support.small_project import make_project

LIMIT = 120  # seconds; the machine may be busy


@pytest.fixture
def watched(tmp_path):
    """Run the command on the small project, and stop it as a person does."""
    project = make_project(tmp_path)
    write_notebook(project)
    environment = {**os.environ, "NIANBAO_PROJECT": str(project.root), "PYTHONUNBUFFERED": "1"}
    command = [str(Path(sys.executable).with_name("nianbao")), "watch", "--entity", "river", "--port", "0"]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield project, running
    running.send_signal(signal.SIGINT)
    try:
        running.wait(timeout=LIMIT)
    finally:
        running.kill()
        running.stdout.close()


def opened(address):
    """Open an address of the local server."""
    return urllib.request.urlopen(address, timeout=LIMIT)  # noqa: S310 - our own, on this machine


def line_with(running, words):
    """Read on until a line has ``words`` in it."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        line = running.stdout.readline()
        if words in line:
            return line
    raise AssertionError(words)


@pytest.mark.slow
def test_a_saved_notebook_is_built_and_the_open_page_is_told(watched):
    """The page is served with a listener and without the policy that would forbid it; the file stays as it was."""
    project, running = watched
    address = re.search(r"http://127\.0\.0\.1:\d+/", line_with(running, "open "))[0]
    line_with(running, "built in")

    with opened(f"{address}chapters/01-basics.html") as response:
        page = response.read().decode()
    with opened(f"{address}-/changes") as changes:
        write_notebook(project, prose="%%prose\n{{ area }}毕业生{{ graduates }}。")
        line_with(running, "built in")
        heard = changes.readline()
    with opened(f"{address}chapters/01-basics.html") as response:
        renewed = response.read().decode()

    assert "EventSource" in page
    assert "Content-Security-Policy" not in page
    assert heard == b"data: new\n"
    assert "毕业生" in renewed
    assert "EventSource" not in (project.report(2020, "river") / "chapters/01-basics.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_mistake_is_told_and_watching_goes_on(watched):
    """Broken data, then mended data."""
    project, running = watched
    line_with(running, "built in")
    path = project.data / "observations/2020.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",1100,person", ",11OO,person"), encoding="utf-8")

    assert "row 3, value: '11OO' is not a number" in line_with(running, "is not a number")
    path.write_text(text.replace(",1100,person", ",1200,person"), encoding="utf-8")
    assert line_with(running, "built in")


def processes_naming(text):
    """Return the processes whose environment names ``text``."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            ended = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
            named = not ended and text.encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        found += [folder.name] if named else []
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_outlives_a_watch_that_is_killed(watched):
    """Workers and the warm process end with it."""
    project, running = watched
    line_with(running, "built in")
    running.kill()
    running.wait(timeout=LIMIT)

    until = time.monotonic() + LIMIT
    while processes_naming(f"NIANBAO_PROJECT={project.root}") and time.monotonic() < until:
        time.sleep(0.2)
    assert processes_naming(f"NIANBAO_PROJECT={project.root}") == []
