"""``nianbao-warm``: how jupyter_client gets its kernels from the warm process.

Where that cannot be, the kernel is started as :class:`~jupyter_client.provisioning.LocalProvisioner` does it, which is
said once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from helpers.building.warm import tell_once
from helpers.building.warm_orders import LOG, SOCKET, VARIABLE, Order, send_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_client.connect import KernelConnectionInfo

PATIENCE = 60.0  # seconds for the warm process to load and fork
ATTEMPTS = 3  # orders: a warm process that is killed takes those that it has, the next ones are for its successor
KILLED_WITHIN = 5.0  # seconds for the system to end a killed process
STEP = 0.003  # seconds between two looks at a kernel that was killed
LAUNCHERS = ("ipykernel_launcher", "ipykernel")
UNDERSTOOD = {"cwd", "env", "stdin", "stdout", "stderr", "extra_arguments", "kernel_id"}


class NoWarmKernelError(Exception):
    """A kernel cannot be had from the warm process; the message says why."""


class WarmKernel:
    """A kernel that the warm process has forked; to jupyter_client it looks like a :class:`subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket, rest: bytes) -> None:
        self.pid, self.connection, self.received = pid, connection, rest
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, or nothing while the kernel runs."""
        if self.returncode is None and self._is_told():
            self.connection.close()
            self.returncode = self._status()
        return self.returncode

    def _is_told(self) -> bool:
        """Whether the warm process has said how the kernel ended, or has itself gone and the kernel with it."""
        while b"\n" not in self.received:
            try:
                part = self.connection.recv(4096)
            except BlockingIOError:
                return False
            except OSError:
                part = b""
            if not part:
                break
            self.received += part
        return True

    def _status(self) -> int:
        line, told, _ = self.received.partition(b"\n")
        if told:
            return int(json.loads(line)["status"])
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)  # what the kernel had started
        return -signal.SIGKILL

    def wait(self) -> int:
        """Wait for the kernel to end."""
        while (status := self.poll()) is None:
            time.sleep(STEP)
        return status

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started, if it still runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of the kernel: if it still runs, the warm process kills it."""
        self.connection.close()
        if self.returncode is None:
            self.returncode = -signal.SIGKILL


class WarmProvisioner(LocalProvisioner):
    """Gets kernels from the warm process that ``NIANBAO_WARM`` names, and starts them itself where there is none."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Order a kernel, or start it."""
        named = kwargs.get("env", os.environ).get(VARIABLE) or os.environ.get(VARIABLE)
        folder = Path(named) if named else None
        if "env" in kwargs:
            kwargs["env"] = {name: value for name, value in kwargs["env"].items() if name != VARIABLE}
        try:
            process = await _order(folder, cmd, kwargs)
        except NoWarmKernelError as reason:
            tell_once(str(reason), folder)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        self.pid, self.pgid = process.pid, None  # signals go through the process, which knows whether it still runs
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client's signature
        """Kill the kernel, and wait until it is gone: it takes milliseconds, and callers look only every 100."""
        await super().kill(restart=restart)
        if isinstance(self.process, WarmKernel):
            limit = time.monotonic() + KILLED_WITHIN
            while self.process.poll() is None and time.monotonic() < limit:  # noqa: ASYNC110 - no event to wait for
                await asyncio.sleep(STEP)

    async def cleanup(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        """Let go of the kernel; none is left behind."""
        if isinstance(self.process, WarmKernel):
            self.process.close()
        await super().cleanup(restart=restart)


async def _order(folder: Path | None, command: Sequence[str], settings: dict[str, Any]) -> WarmKernel:
    """Order a kernel from the warm process.

    Raises
    ------
    NoWarmKernelError
        It does not make such kernels, or there is none.
    """
    if folder is None:
        raise NoWarmKernelError(f"no warm process is named in {VARIABLE}")
    order = _as_order(command, settings)
    reason: Exception = ConnectionResetError()
    for _ in range(ATTEMPTS):
        try:
            return await _order_once(folder, order, settings)
        except (ConnectionResetError, BrokenPipeError) as error:
            reason = error
        except (OSError, ValueError) as error:
            reason = error
            break
    raise NoWarmKernelError(_reason(folder, reason))


async def _order_once(folder: Path, order: Order, settings: dict[str, Any]) -> WarmKernel:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(0)
        async with asyncio.timeout(PATIENCE):
            with ExitStack() as stack:
                return await _talk(connection, folder, order, _streams(settings, stack))
    except BaseException:
        connection.close()
        raise


async def _talk(connection: socket.socket, folder: Path, order: Order, streams: list[int]) -> WarmKernel:
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, str(folder / SOCKET))
    body = order.to_json()
    send_head(connection, body, streams)
    await loop.sock_sendall(connection, body)
    received = b""
    while b"\n" not in received:
        part = await loop.sock_recv(connection, 4096)
        if not part:
            raise ConnectionResetError("the warm process ended")
        received += part
    line, _, rest = received.partition(b"\n")
    words = json.loads(line)
    if "pid" not in words:
        raise NoWarmKernelError(f"the warm process could not make one: {words.get('error')}")
    return WarmKernel(int(words["pid"]), connection, rest)


def _as_order(command: Sequence[str], settings: dict[str, Any]) -> Order:
    """Read a command line that starts an IPython kernel under this interpreter; refuse any other."""
    words = list(command)
    if words[1:2] == ["-Xfrozen_modules=off"]:  # for debuggers; changes no result
        del words[1]
    if words[:2] != [sys.executable, "-m"] or words[2:3][0] not in LAUNCHERS:
        raise NoWarmKernelError(f"the kernel is not this environment's IPython but {' '.join(command)[:80]}")
    unknown = {name for name, value in settings.items() if value is not None} - UNDERSTOOD
    if unknown:
        raise NoWarmKernelError(f"it cannot be given {', '.join(sorted(unknown))}")
    folder = os.fspath(settings.get("cwd") or Path.cwd())
    environment = dict(settings.get("env") or os.environ)
    return Order(tuple(command), tuple(words[3:]), str(Path(folder).absolute()), environment)


def _streams(settings: dict[str, Any], stack: ExitStack) -> list[int]:
    """Return the descriptors of the kernel's standard streams; nothing can be read from the first.

    Raises
    ------
    NoWarmKernelError
        Somebody wants to read what a kernel process prints about itself.
    """
    null = os.open(os.devnull, os.O_RDWR)
    stack.callback(os.close, null)
    found = [null]
    for place, name in enumerate(("stdout", "stderr"), start=1):
        wanted = settings.get(name)
        if wanted == subprocess.PIPE:
            raise NoWarmKernelError(f"its {name} cannot be a pipe")
        special = {None: place, subprocess.DEVNULL: null, subprocess.STDOUT: found[-1]}
        if wanted is None or isinstance(wanted, int):
            found.append(special.get(wanted, wanted if wanted is not None else place))
        else:
            found.append(wanted.fileno())
    return found


def _reason(folder: Path, error: Exception) -> str:
    """Say what went wrong with the warm process: its last word, or what was seen from here."""
    with suppress(OSError):
        lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if lines:
            return f"the warm process ended: {lines[-1]}"
    if isinstance(error, TimeoutError):
        return f"the warm process did not answer for {PATIENCE:.0f} s"
    return f"no warm process: {getattr(error, 'strerror', None) or error}"
