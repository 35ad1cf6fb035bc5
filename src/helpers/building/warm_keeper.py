"""Keeps a warm process running for a build: starts the next one when the last was killed or wants to be relieved.

The keeper owns the socket on which kernels are ordered. So an order that comes while there is no warm process waits
until there is one again, which is started for it.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.building.warm_orders import LOG, RELIEVE, SERVED, SOCKET, VARIABLE, code_stamp

if TYPE_CHECKING:
    from pathlib import Path

BACKLOG = 128  # a connection refused for want of room would look like one that was made
PATIENCE = 10.0  # seconds for a warm process to end; after that it is killed
ATTEMPTS = 2  # warm processes killed one after the other before they have made a kernel: there will be none
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger need not say what it thinks of this Python
}  # fmt: skip


@dataclass
class Warm:
    """A warm process, and a socket whose other end it holds, and nobody else: its end is the process's end."""

    process: subprocess.Popen[bytes]
    lifeline: socket.socket
    has_served: bool = False

    def stop(self) -> None:
        """End it and its kernels; one that has made none may still be loading, and need not come to the end of that."""
        if not self.has_served:
            self._kill()
        with self.lifeline:
            self.lifeline.settimeout(PATIENCE)
            try:
                self.lifeline.shutdown(socket.SHUT_WR)
                while self.lifeline.recv(16):
                    pass
            except OSError:
                self._kill()
        self.process.wait()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Keeper:
    """Sees to it, in a thread of its own, that orders for kernels find a warm process."""

    def __init__(self, folder: Path, project: Path, report: tuple[int, str] | None = None) -> None:
        self.folder, self.project, self.report = folder, project, report
        self.running: list[Warm] = []
        self.serving: Warm | None = None
        self.failures = 0
        self.listener = socket.socket(socket.AF_UNIX)
        try:
            self.listener.bind(str(folder / SOCKET))
            self.listener.listen(BACKLOG)
            self._start()
        except BaseException:
            self.listener.close()
            raise
        self.stopper, stopped = socket.socketpair()
        self.thread = threading.Thread(target=self._keep, args=(stopped,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End all of it."""
        self.stopper.close()
        self.thread.join()
        for warm in self.running:
            warm.stop()
        self.listener.close()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            process = launch(self.folder, self.project, self.report, self.listener, theirs)
            self.serving = Warm(process, ours)
        self.running.append(self.serving)

    def _keep(self, stopped: socket.socket) -> None:
        with stopped:
            while stopped not in (ready := self._wait(stopped)):
                for warm in [one for one in self.running if one.lifeline in ready]:
                    self._hear(warm)
                if self.serving is None and self.listener in ready:
                    self._start_or_give_up()

    def _wait(self, stopped: socket.socket) -> set[object]:
        """Wait until it is to stop, a warm process says something or ends, or nobody is there for an order."""
        with selectors.DefaultSelector() as selector:
            for one in (stopped, *(warm.lifeline for warm in self.running)):
                selector.register(one, selectors.EVENT_READ)
            if self.serving is None and self.listener.fileno() != -1:
                selector.register(self.listener, selectors.EVENT_READ)
            return {key.fileobj for key, _ in selector.select()}

    def _hear(self, warm: Warm) -> None:
        said = warm.lifeline.recv(16)
        if SERVED in said:
            warm.has_served, self.failures = True, 0
        if RELIEVE in said and self.serving is warm:
            self.serving = None
        if not said:
            self._bury(warm)

    def _bury(self, warm: Warm) -> None:
        self.running.remove(warm)
        warm.lifeline.close()
        status = warm.process.wait()
        if self.serving is not warm:
            return
        self.serving = None
        if warm.has_served:
            return
        self.failures += 1
        if status > 0:  # it has said why, and another one would say the same
            self._give_up()
        elif self.failures >= ATTEMPTS:
            self._give_up(f"killed by signal {-status} before it had made a kernel, {ATTEMPTS} times")

    def _start_or_give_up(self) -> None:
        try:
            self._start()
        except OSError as error:
            self._give_up(str(error))

    def _give_up(self, why: str = "") -> None:
        """Take no more orders: kernels are started one by one, and the first to be so says ``why``."""
        with suppress(OSError), (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{why}\n")
        self.listener.close()
        (self.folder / SOCKET).unlink(missing_ok=True)


def launch(
    folder: Path, project: Path, report: tuple[int, str] | None, listener: socket.socket, lifeline: socket.socket
) -> subprocess.Popen[bytes]:
    """Launch a warm process that takes orders from ``listener`` until ``lifeline`` ends.

    It leads a group of processes, out of reach of the terminal's Ctrl-C.
    """
    handed = (listener.fileno(), lifeline.fileno())
    words = [str(word) for word in (*handed, folder, project, code_stamp(), *(report or ()))]
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    settings = {"MPLBACKEND": INLINE_BACKEND} | environment | SETTINGS
    with (folder / LOG).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - this interpreter, and words of our own
            [sys.executable, "-m", "helpers.building.warm_process", *words],
            cwd=folder, env=settings, pass_fds=handed, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
