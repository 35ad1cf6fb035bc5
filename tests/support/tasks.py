"""What tests have worker processes do; they import it by name."""

from __future__ import annotations

import os
import signal


def kill_worker():
    """Kill the process that does this."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_worker_once(note):
    """Kill the process that does this, the first time."""
    if not note.exists():
        note.touch()
        kill_worker()
    return "done"
