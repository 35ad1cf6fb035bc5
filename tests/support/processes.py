"""The processes of a build, found in /proc by the project that their environment names."""

from __future__ import annotations

from pathlib import Path

ROLES = ("main", "worker", "warm", "kernel")


def processes_of(project):
    """Return what runs for a project: pids by role; processes that have ended and wait to be buried do not run."""
    found, name = {}, f"NIANBAO_PROJECT={project.root}\0".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if state not in "ZX" and name in (folder / "environ").read_bytes():
                found[int(folder.name)] = (int(parent), (folder / "cmdline").read_bytes())
        except OSError:
            continue
    roles: dict[str, list[int]] = {}
    for pid, (parent, command) in found.items():
        forked = parent in found and found[parent][1] == command
        roles.setdefault(_role(command, forked=forked), []).append(pid)
    return roles


def _role(command, *, forked):
    if b"helpers.building.warm_process" in command:
        return "kernel" if forked else "warm"
    if b"spawn_main" in command:
        return "worker"
    return "main" if b"nianbao\0" in command else "other"
