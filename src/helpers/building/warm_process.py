"""The warm process: import what notebooks import, then fork a kernel for each order.

It has one thread, no ZeroMQ context, no event loop, and no open file: all of these would be shared by its children or
missing from them. So nothing is drawn in it either (an open font file has one reading position for all).

It ends when the build does, or when it has left its orders to a successor because the helpers' code has changed.
"""

from __future__ import annotations

import gc
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.audit.service import load_corrections
from helpers.building.warm_kernel import become_kernel
from helpers.building.warm_orders import RELIEVE, SERVED, answer, code_stamp, receive_order
from helpers.errors import NianbaoError
from helpers.loading import load_data
from helpers.paths import Project

if TYPE_CHECKING:
    from helpers.building.warm_orders import Order

MODULES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "faulthandler", "sqlite3", "tornado.platform.asyncio",
    "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg", "seaborn",
    "helpers.writing.figures", "helpers.writing.tables", "helpers.writing.render", "helpers.writing.render_typst",
)  # fmt: skip
PATIENCE = 10.0  # seconds for a client to tell its order


class WarmProcess:
    """Waits for orders, the end of kernels, the end of their clients, and the end of the build, in one loop."""

    def __init__(self, listener: socket.socket, lifeline: socket.socket, warmth: Warmth, stamp: str) -> None:
        self.listener, self.lifeline, self.warmth, self.stamp = listener, lifeline, warmth, stamp
        self.learned = preload(warmth)
        self.folder = Path(listener.getsockname()).parent
        self.kernels: dict[int, socket.socket] = {}
        self.wanted = self.listening = True
        self.waker, self.woken = socket.socketpair()
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ, self._take_order)
        self.selector.register(lifeline, selectors.EVENT_READ, self._leave)
        self.selector.register(self.woken, selectors.EVENT_READ, self._bury)
        self._watch_children()

    def _watch_children(self) -> None:
        """Have a child's end wake the loop."""
        for end in (self.waker, self.woken):
            end.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Serve until the build ends, or until a successor serves and the last kernel has gone."""
        while self.wanted and (self.listening or self.kernels):
            for key, _ in self.selector.select():
                key.data()
        for pid in list(self.kernels):
            _kill(pid)
            os.waitpid(pid, 0)
        if not self.wanted:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _leave(self) -> None:
        self.wanted = False

    def _take_order(self) -> None:
        if not self.listening:  # handed over in this very round
            return
        if code_stamp() != self.stamp:
            self._ask_for_relief()
            return
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE)
        try:
            order, streams = receive_order(connection)
        except (OSError, ValueError, KeyError):
            connection.close()
            return
        self.warmth.renew()
        try:
            self._fork(order, streams, connection)
        finally:
            for stream in streams:
                os.close(stream)

    def _ask_for_relief(self) -> None:
        """Leave this order and all that follow to a successor, which loads the code as it is now."""
        self._tell_keeper(RELIEVE)
        self.selector.unregister(self.listener)
        self.listener.close()
        self.listening = False

    def _tell_keeper(self, word: bytes) -> None:
        with suppress(OSError):  # the build has ended, which the loop will see
            self.lifeline.send(word)

    def _fork(self, order: Order, streams: list[int], connection: socket.socket) -> None:
        warm = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            with connection, suppress(OSError):
                answer(connection, error=str(error))
            return
        if pid == 0:
            self._let_go()
            environment = self.learned | order.environment
            become_kernel(replace(order, environment=environment), streams, connection, warm)
        self._tell_keeper(SERVED)
        self.kernels[pid] = connection
        self.selector.register(connection, selectors.EVENT_READ, partial(self._lose_client, pid))

    def _let_go(self) -> None:
        """Close, in a child, what belongs to the warm process."""
        signal.set_wakeup_fd(-1)
        self.selector.close()
        for one in (self.listener, self.lifeline, self.waker, self.woken, *self.kernels.values()):
            one.close()

    def _lose_client(self, pid: int) -> None:
        """Kill a kernel that nobody wants any more; its end is seen to in :meth:`_bury`."""
        if pid in self.kernels:
            self._close(self.kernels[pid])
            _kill(pid)

    def _bury(self) -> None:
        """Take leave of children that have ended: kill what they left running, and report."""
        with suppress(BlockingIOError):
            while self.woken.recv(4096):
                pass
        with suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._bury_one(ended.si_pid)

    def _bury_one(self, pid: int) -> None:
        connection = self.kernels.pop(pid, None)
        if connection is not None:
            _kill(pid)  # its whole group, while its number cannot be another's yet
        _, status = os.waitpid(pid, 0)
        if connection is not None and connection.fileno() != -1:
            with suppress(OSError):
                answer(connection, status=os.waitstatus_to_exitcode(status))
            self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        if connection.fileno() != -1:
            self.selector.unregister(connection)
            connection.close()


def _kill(pid: int) -> None:
    """Kill a kernel and what it started; it leads no group until it has begun."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Warmth:
    """What kernels find loaded: a project's data; if all are for one report, too, what it corrects of the published."""

    project: Project
    report: tuple[int, str] | None = None

    def renew(self) -> None:
        """Load the data, again if they have changed; a notebook tells of what is wrong with them."""
        with suppress(NianbaoError, OSError):
            catalogue, observations = load_data(self.project)
            if self.report is not None:
                year, entity = self.report
                load_corrections(self.project, catalogue, observations, year, entity)


def preload(warmth: Warmth) -> dict[str, str]:
    """Import what notebooks import, and load what they load; return what that has put into the environment.

    Raises
    ------
    SystemExit
        Something started a thread: a fork would not have it. Or it printed: a notebook is to show that.
    """
    gc.disable()  # what is loaded now stays for good: looking through it again and again is a fifth of the time
    before, printed = dict(os.environ), os.fstat(sys.stderr.fileno()).st_size
    for name in MODULES:
        import_module(name)
    warmth.renew()
    with suppress(Exception):  # a notebook tells of it better
        load_looks()
    if os.fstat(sys.stderr.fileno()).st_size > printed:
        sys.exit("an imported module prints something, which notebooks must show")
    if not is_alone():
        sys.exit("an imported module started threads, and these cannot be forked")
    gc.freeze()  # no collection in a kernel need touch, and so copy, what is shared
    gc.enable()
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def is_alone() -> bool:
    """Whether this process has one thread; one that is ending gets a moment."""
    limit = time.monotonic() + PATIENCE / 5
    while len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208 - a number, not paths
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def load_looks() -> None:
    """Load typeface and templates."""
    from helpers.writing import render, render_typst  # noqa: PLC0415
    from helpers.writing.figures.theme import style  # noqa: PLC0415 - slow, and what this process is for
    from helpers.writing.fonts import missing_glyphs  # noqa: PLC0415

    with style():
        missing_glyphs("年")
    render.load_templates(render.environment(), "html/", "text/")
    render.load_templates(render_typst.environment(), "typst/")


def main() -> None:
    """Take over what :func:`helpers.building.warm_keeper.launch` hands on, and serve."""
    listener, lifeline = (socket.socket(fileno=int(word)) for word in sys.argv[1:3])
    for one in (listener, lifeline):
        one.set_inheritable(False)
    folder, report = Path(sys.argv[3]), sys.argv[6:]
    warmth = Warmth(Project(Path(sys.argv[4])), (int(report[0]), report[1]) if report else None)
    if Path(sys.path[0]).resolve() == folder.resolve():
        del sys.path[0]  # our working directory, put there by -m
    WarmProcess(listener, lifeline, warmth, sys.argv[5]).serve()
    os._exit(0)  # to take apart all that is loaded takes a while, and the build waits for the end


if __name__ == "__main__":
    main()
