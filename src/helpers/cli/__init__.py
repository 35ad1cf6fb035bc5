"""The command line: parse, call, print, exit code. Nothing heavy is imported before there is something to do.

Exit codes: 0 done, 1 something did not hold (a failed chapter, a failed check), 2 a mistake in the call or the data.
"""

from __future__ import annotations

import sys

import typer

from helpers.cli import auditing, building, checking, editing, entry, importing
from helpers.cli.application import FAILED, MISTAKEN, app
from helpers.errors import BuildError, NianbaoError

__all__ = ["app", "auditing", "building", "checking", "editing", "entry", "importing", "main"]


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
    except KeyboardInterrupt:
        typer.echo("nianbao: stopped", err=True)
        sys.exit(130)
