"""How a notebook's kernel is started: on private sockets, quietly, and stopped at once.

A kernel on TCP ports warns that they are unencrypted and can collide with another's; on POSIX systems it talks through
sockets in a folder of its own instead (left to itself, jupyter_client names such sockets alike for all kernels of one
working directory, and they talk to each other). Asking a kernel to leave takes seconds now and then, so it is stopped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

KERNEL = "python3"


class QuietKernelManager(AsyncKernelManager):
    """A kernel manager that keeps a kernel's own chatter off the terminal.

    What a notebook prints goes through the protocol and is kept in its outputs; only messages of the kernel process
    about itself are dropped.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - jupyter_client's signature
        super().__init__(*args, **kwargs)
        self.sockets: Path | None = None
        if os.name == "posix":
            self.sockets = Path(tempfile.mkdtemp(prefix="nianbao-"))
            self.transport = "ipc"
            self.ip = str(self.sockets / "kernel")

    async def _async_start_kernel(self, **kw: Any) -> None:  # noqa: ANN401
        kw.setdefault("stderr", subprocess.DEVNULL)
        await super()._async_start_kernel(**kw)

    start_kernel = _async_start_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        await super()._async_cleanup_resources(restart=restart)
        if self.sockets is not None and not restart:
            shutil.rmtree(self.sockets, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


def kernel_settings() -> dict[str, Any]:
    """Return what papermill's engine passes on to nbclient."""
    return {"kernel_manager_class": QuietKernelManager, "shutdown_kernel": "immediate"}
