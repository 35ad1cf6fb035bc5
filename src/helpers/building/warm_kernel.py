"""What a child of the warm process does to be the kernel that ``python -m ipykernel_launcher`` would have been."""

from __future__ import annotations

import atexit
import ctypes
import os
import random
import signal
import sys
import threading
import time
import traceback
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

from helpers.building.warm_orders import answer

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from helpers.building.warm_orders import Order

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def become_kernel(order: Order, streams: Sequence[int], connection: socket.socket, warm: int) -> NoReturn:
    """Run the kernel and leave the process when it ends; ``warm`` is the process it must not outlive."""
    status = 1
    try:
        die_with(warm)
        os.setsid()
        reset_signals()
        with connection:
            _prepare(order, streams, connection)
        status = run(order)
    except BaseException:  # noqa: BLE001 - nothing may unwind into the warm process's loop
        traceback.print_exc()
    finally:
        os._exit(status)


def _prepare(order: Order, streams: Sequence[int], connection: socket.socket) -> None:
    """Take the order's place, environment and streams, and say so."""
    try:
        os.chdir(order.folder)
    except OSError as error:
        answer(connection, error=str(error))
        raise
    take_streams(streams)
    take_environment(order.environment)
    take_command(order)
    draw_afresh()
    answer(connection, pid=os.getpid())


def die_with(parent: int) -> None:
    """Have the system kill this process when ``parent`` ends, however that ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def reset_signals() -> None:
    """Handle signals as a fresh interpreter does."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def take_streams(streams: Sequence[int]) -> None:
    """Put the client's streams in the place of the warm process's own."""
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)


def take_environment(environment: dict[str, str]) -> None:
    """Replace the environment, and what was read from it at import."""
    from helpers.building.warm_keeper import INLINE_BACKEND  # noqa: PLC0415 - keeps the order of imports

    os.environ.clear()
    os.environ.update(environment)
    os.environ["JPY_PARENT_PID"] = str(os.getppid())  # ipykernel's poller looks whether it is still our parent
    time.tzset()
    sys.modules["matplotlib"].rcParams["backend"] = os.environ.get("MPLBACKEND") or INLINE_BACKEND


def take_command(order: Order) -> None:
    """Show a notebook the command line of an ordinary kernel."""
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *order.arguments]
    sys.orig_argv = list(order.command)


def draw_afresh() -> None:
    """Give this kernel random numbers of its own."""
    random.seed()
    sys.modules["numpy"].random.seed()


def run(order: Order) -> int:
    """Run the kernel; return its exit status after all that was registered for the end has run."""
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - imported by the warm process, in its time

    try:
        IPKernelApp.launch_instance(argv=list(order.arguments), parent_handle=os.getppid())
        status = 0
    except SystemExit as leaving:
        status = _status(leaving)
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as the interpreter does before it ends
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return status


def _status(leaving: SystemExit) -> int:
    if leaving.code is None or isinstance(leaving.code, int):
        return leaving.code or 0
    sys.stderr.write(f"{leaving.code}\n")
    return 1
