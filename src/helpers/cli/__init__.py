"""The command line: parse, call, print, exit code. Nothing heavy is imported before there is something to do.

Exit codes: 0 done, 1 something did not hold (a failed chapter, a failed check), 2 a mistake in the call or the data.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

import typer

from helpers.cli import auditing, building, checking, editing, entry, importing
from helpers.cli.application import FAILED, MISTAKEN, app
from helpers.errors import BuildError, NianbaoError

STOPPED = 130

__all__ = ["app", "auditing", "building", "checking", "command", "editing", "entry", "importing", "main"]


def command() -> NoReturn:
    """Run the command line as a process that ends with it.

    What Python does to end comes first, threads and whatever asked to be called; only to take apart, object by object,
    what is loaded is left to the system: it would take longer than to find that there is nothing to build.
    """
    status = _run()
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # whoever read it has gone
            stream.flush()
    os._exit(status)


def _run() -> int:
    """Run the command line; return its exit code."""
    try:
        main()
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            sys.stderr.write(f"{leaving.code}\n")
            return FAILED
        return int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 - a mistake of ours, shown as Python shows it
        sys.excepthook(*sys.exc_info())
        return FAILED
    return 0


def main() -> None:
    """Run the command line; a user's mistake is one clear line, not a traceback."""
    try:
        app(standalone_mode=True)
    except BuildError as error:
        typer.echo(f"nianbao: {error}", err=True)
        sys.exit(FAILED)
    except NianbaoError as error:
        typer.echo(f"nianbao: {error}", err=True)
        sys.exit(MISTAKEN)
    except ModuleNotFoundError as error:
        typer.echo(f"nianbao: the package {error.name} is not installed; run `make report` again", err=True)
        sys.exit(MISTAKEN)
    except OSError as error:  # a disk or a network that fails where nobody could say what it means
        place = f": {error.filename}" if error.filename else ""
        typer.echo(f"nianbao: {error.strerror or error}{place}", err=True)
        sys.exit(FAILED)
    except SystemExit as leaving:
        if leaving.code == STOPPED:  # by Ctrl-C, of which Typer says nothing
            typer.echo("nianbao: stopped", err=True)
        raise
