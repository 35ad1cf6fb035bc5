"""What tests have worker processes do; they import it by name."""

from __future__ import annotations

import os
import signal

from helpers.building.press import Composed, own_press


def kill_worker():
    """Kill the process that does this."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_worker_once(note):
    """Kill the process that does this, the first time."""
    if not note.exists():
        note.touch()
        kill_worker()
    return "done"


def kind_of_press():
    """Say who does Typst's work for the process that does this, and whether it forgets; have it do something."""
    press = own_press()
    press.print(Composed('#set document(title: "年报")\n#set text(font: "Noto Sans CJK SC")\n年报', {}, 2020)).result()
    return type(press.hands).__name__, press.forgets
