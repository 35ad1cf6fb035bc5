"""``edit``: the notebooks in JupyterLab."""

from __future__ import annotations

import sys

import typer

from helpers.cli.application import app


@app.command()
def edit() -> None:
    """Open JupyterLab on the chapters.

    Example: nianbao edit
    """
    import subprocess  # noqa: PLC0415

    from helpers.paths import find_project  # noqa: PLC0415

    command = [sys.executable, "-m", "jupyterlab", str(find_project().notebooks)]
    raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own words
