"""One warm process per build: it has imported what notebooks import, and forks their kernels.

A kernel spends more time on imports than on a chapter. The warm process pays once. It is started fresh for each build,
and again when the helpers' code changes meanwhile; it ends with the build, whichever way that ends.

Which file does what::

    warm.py              starts and stops the process (the build)
    warm_process.py      the process: waits for orders, forks, reports
    warm_kernel.py       what a forked child does to be an ordinary kernel
    warm_orders.py       what goes over the socket
    warm_provisioner.py  what orders kernels there (jupyter_client, in the build's workers)
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.paths import Project

VARIABLE = "NIANBAO_WARM"
"""Names the warm process's folder to whoever wants a kernel."""

SOCKET, LOG, TOLD = "socket", "log", "told"
BACKLOG = 128  # a connection refused for want of room would look like one that was made
ROOM = 107 - len("/kabcdefgh/kernel-5")  # bytes: a socket's whole path has 107, and kernels have theirs in folders here
PATIENCE = 10.0  # seconds for the warm process to end; after that it is killed
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger need not say what it thinks of this Python
}  # fmt: skip
CODE = Path(__file__).parents[1]


@contextmanager
def warm_process(project: Project) -> Iterator[None]:
    """Keep a warm process while the block runs; this process and those it starts order kernels from it.

    Where there is none to be had, say so in one line: kernels are then started as usual.
    """
    running = _start(project)
    if running is None:
        yield
        return
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(running.folder)
    try:
        yield
    finally:
        _restore(before)
        running.stop()


class _Running:
    """The warm process as the build holds it: by a socket whose other end every warm process holds, and nobody else."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], lifeline: socket.socket) -> None:
        self.folder, self.process, self.lifeline = folder, process, lifeline

    def stop(self) -> None:
        """End it, its successors and their kernels, and remove its folder."""
        with self.lifeline:
            self.lifeline.settimeout(PATIENCE)
            try:
                self.lifeline.shutdown(socket.SHUT_WR)
                self.lifeline.recv(1)  # returns when the last of them has let go
            except OSError:
                with suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _start(project: Project) -> _Running | None:
    if sys.platform != "linux":
        tell_once("they can be forked only on Linux")
        return None
    folder = Path(tempfile.mkdtemp(prefix="nianbao-"))  # for this user only (0700)
    try:
        return _start_in(folder, project)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        tell_once(str(error))
        return None


def _start_in(folder: Path, project: Project) -> _Running:
    if len(os.fsencode(folder)) > ROOM:
        raise OSError(f"{folder} is too long a name for sockets; set TMPDIR to a shorter one")
    ours, theirs = socket.socketpair()
    try:
        with theirs, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / SOCKET))
            listener.listen(BACKLOG)
            return _Running(folder, launch(folder, project.root, listener, theirs, leader=True), ours)
    except BaseException:
        ours.close()
        raise


def launch(
    folder: Path, project: Path, listener: socket.socket, lifeline: socket.socket, *, leader: bool
) -> subprocess.Popen[bytes]:
    """Launch a warm process that takes orders from ``listener`` until ``lifeline`` ends.

    The first one leads a group of processes, out of reach of the terminal's Ctrl-C; its successors join it.
    """
    handed = (listener.fileno(), lifeline.fileno())
    words = [str(word) for word in (*handed, folder, project, code_stamp())]
    settings = {"MPLBACKEND": INLINE_BACKEND} | dict(os.environ) | SETTINGS
    with (folder / LOG).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - this interpreter, and words of our own
            [sys.executable, "-m", "helpers.building.warm_process", *words],
            cwd=folder, env=settings, pass_fds=handed, start_new_session=leader,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def code_stamp() -> str:
    """Return what changes when any file of the helpers does."""
    from hashlib import blake2b  # noqa: PLC0415 - not before there is something to do

    stamps: list[str] = []
    for folder, names, files in os.walk(CODE):
        names[:] = sorted(name for name in names if name != "__pycache__")
        for path in (os.path.join(folder, name) for name in sorted(files)):  # noqa: PTH118 - fast, for each kernel
            with suppress(FileNotFoundError):  # an editor's passing file
                found = os.stat(path)  # noqa: PTH116
                stamps.append(f"{path} {found.st_mtime_ns} {found.st_size}")
    return blake2b("\n".join(stamps).encode(), digest_size=16).hexdigest()


_told: set[str] = set()


def tell_once(reason: str, folder: Path | None = None) -> None:
    """Say why kernels are not forked: one line per build, or per process where no build's ``folder`` is known."""
    try:
        if folder is not None and folder.is_dir():
            (folder / TOLD).touch(exist_ok=False)
        elif _told:
            return
    except OSError:
        return
    _told.add(reason)
    sys.stderr.write(f"nianbao: kernels are started one by one, which is slower: {reason}\n")


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = before
