"""Starting commands, timing them, and watching the processes that they start."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MEBIBYTE = 1024 * 1024
EVERY = 1.0
"""Seconds from one look at the processes to the next."""
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Python keeps compiled modules: without them all is slower


def timed(work: Callable[[], object]) -> float:
    """Return how long a call takes, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_of(work: Callable[[], object]) -> float:
    """Return the processor time, in seconds, of the processes that a call starts and waits for."""
    before = os.times()
    work()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def run(command: list[str], settings: dict[str, str] | None = None) -> str:
    """Run a command that must succeed; return what it says."""
    done = subprocess.run(command, env={**os.environ, **(settings or {})}, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def settings_for(project: Path) -> dict[str, str]:
    """Name the project to our command."""
    return {"NIANBAO_PROJECT": str(project), "PYTHONUNBUFFERED": "1"}


def nianbao(project: Path, *words: str) -> str:
    """Run our command on a project; return what it says."""
    return run([str(BIN / "nianbao"), *words], settings_for(project))


def start(project: Path, *words: str) -> subprocess.Popen[str]:
    """Start our command on a project."""
    environment = os.environ | settings_for(project)
    return subprocess.Popen([str(BIN / "nianbao"), *words], env=environment, stdout=subprocess.PIPE, text=True)


@dataclass(frozen=True)
class Look:
    """One process at one moment: what kind it is, its own share of memory in bytes, descriptors and threads."""

    kind: str
    memory: int
    descriptors: int
    threads: int


@dataclass
class Watch:
    """What was seen of a tree of processes, each second one look at all of them by their number."""

    looks: list[dict[int, Look]] = field(default_factory=list)

    def peak(self, kind: str) -> float:
        """Return the most memory that one process of a kind ever had, in MiB."""
        seen = (look.memory for looks in self.looks for look in looks.values() if look.kind == kind)
        return max(seen, default=0) / MEBIBYTE

    def quarters(self) -> tuple[dict[str, float], dict[str, float]]:
        """Return means of the first quarter (but for the start) and of the last, summed over all but the kernels.

        Kernels come and go with each page; whatever makes them, and whoever makes pages of them, should not grow.
        """
        begun = [looks for looks in self.looks if any(look.kind == "kernel" for look in looks.values())]
        quarter = max(1, len(begun) // 4)
        return _means(begun[quarter // 4 : quarter]), _means(begun[-quarter:])


def _means(moments: list[dict[int, Look]]) -> dict[str, float]:
    sums = {"memory": 0.0, "descriptors": 0.0, "threads": 0.0}
    for looks in moments:
        for look in looks.values():
            if look.kind != "kernel":
                for name in sums:
                    sums[name] += getattr(look, name) / len(moments)
    return sums | {"memory": sums["memory"] / MEBIBYTE}


@contextmanager
def watched(root: int) -> Iterator[Watch]:
    """Watch a process and all that it starts, while the block runs."""
    watch, done = Watch(), threading.Event()

    def look() -> None:
        while not done.wait(EVERY):
            watch.looks.append(look_at(root))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield watch
    finally:
        done.set()
        watcher.join()


def look_at(root: int) -> dict[int, Look]:
    """Look at a process and all that it has started (Linux)."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = {}
    for process in parents:
        line, above = [process], parents.get(process)
        while above is not None and line[-1] != root:
            line.append(above)
            above = parents.get(above)
        if line[-1] == root:
            with suppress(OSError, IndexError, StopIteration):
                found[process] = _look(process, parents)
    return found


def _look(process: int, parents: dict[int, int]) -> Look:
    folder = Path(f"/proc/{process}")
    shares = (folder / "smaps_rollup").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in shares if line.startswith("Pss:")) * 1024
    threads = sum(1 for _ in (folder / "task").iterdir())
    return Look(_kind(process, parents), memory, sum(1 for _ in (folder / "fd").iterdir()), threads)


def _kind(process: int, parents: dict[int, int]) -> str:
    command = _command(process)
    if "warm_process" in command:
        return "kernel" if "warm_process" in _command(parents[process]) else "warm process"
    return "worker" if "spawn_main" in command else "other"


def _command(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""
