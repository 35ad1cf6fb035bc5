"""How a notebook's kernel is started: warm where that can be, on private sockets, quietly, and stopped at once.

A kernel on TCP ports warns that they are unencrypted and can collide with another's; on POSIX systems it talks through
sockets in a folder of its own instead (left to itself, jupyter_client names such sockets alike for all kernels of one
working directory, and they talk to each other). Asking a kernel to leave takes seconds now and then, so it is stopped.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from helpers.building.warm_orders import VARIABLE
from helpers.building.warm_provisioner import WarmProvisioner

if TYPE_CHECKING:
    from helpers.building.scratch import Scratch

KERNEL = "python3"
RETRY = 5  # milliseconds until a socket that is not there yet is looked for again
ATTEMPT = 1.0  # seconds until a kernel that does not answer is asked again


class PromptClient(AsyncKernelClient):
    """A client that knows by what a kernel says, not by waiting, that it is ready.

    jupyter_client takes a kernel for ready when its output channel has been silent for 0.2 s. Messages of one channel
    arrive in order, so that the channel is clear as soon as it has told the end of our last request.
    """

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        context.setsockopt(zmq.RECONNECT_IVL, RETRY)
        return context

    def start_channels(self, *args: bool, **channels: bool) -> None:
        """Start the channels; no heartbeat, because the manager knows whether its process lives."""
        super().start_channels(*args, **{"hb": False} | channels)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - its signature
        limit = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > limit:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    wait_for_ready = _async_wait_for_ready

    async def _answers(self) -> bool:
        """Ask what the kernel is, and say whether both the reply and the end of the request came in time."""
        request = self.kernel_info()
        try:
            async with asyncio.timeout(ATTEMPT):
                reply = await self.shell_channel.get_msg()
                while reply["parent_header"].get("msg_id") != request:
                    reply = await self.shell_channel.get_msg()
                while not _ends(await self.iopub_channel.get_msg(), request):
                    pass
        except (TimeoutError, Empty):
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _ends(message: dict[str, Any], request: str) -> bool:
    ours = bool(message["parent_header"].get("msg_id") == request)
    return ours and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"


class QuietKernelManager(AsyncKernelManager):
    """A kernel manager that keeps a kernel's own chatter off the terminal.

    What a notebook prints goes through the protocol and is kept in its outputs; only messages of the kernel process
    about itself are dropped.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - jupyter_client's signature
        kwargs.setdefault("client_factory", PromptClient)
        super().__init__(*args, **kwargs)
        self.sockets: Path | None = None
        self.scratch: Scratch | None = None
        if os.name == "posix":
            self.sockets, self.scratch = _folder_for_sockets()
            self.transport = "ipc"
            self.ip = str(self.sockets / "kernel")
            self.connection_file = str(self.sockets / "connection.json")

    async def _async_start_kernel(self, **kw: Any) -> None:  # noqa: ANN401
        kw.setdefault("stderr", subprocess.DEVNULL)
        if self.provisioner is None and os.environ.get(VARIABLE):
            self.kernel_id = self.kernel_id or kw.get("kernel_id") or str(uuid.uuid4())
            self.provisioner = WarmProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        await super()._async_start_kernel(**kw)

    start_kernel = _async_start_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        await super()._async_cleanup_resources(restart=restart)
        if self.sockets is not None and not restart:
            shutil.rmtree(self.sockets, ignore_errors=True)
            if self.scratch is not None:
                self.scratch.remove()

    cleanup_resources = _async_cleanup_resources


def _folder_for_sockets() -> tuple[Path, Scratch | None]:
    """Make a folder that is removed even when this process is killed: in the warm process's, or one of its own."""
    from helpers.building.scratch import Scratch  # noqa: PLC0415 - POSIX only

    warm = os.environ.get(VARIABLE)
    if warm and Path(warm).is_dir():
        return Path(tempfile.mkdtemp(prefix="k", dir=warm)), None
    scratch = Scratch()
    return scratch.folder, scratch


def kernel_settings() -> dict[str, Any]:
    """Return what papermill's engine passes on to nbclient."""
    return {"kernel_manager_class": QuietKernelManager, "shutdown_kernel": "immediate"}
