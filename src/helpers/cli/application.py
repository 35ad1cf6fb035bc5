"""The application that commands register with, and the options that several share."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="nianbao",
    help="A city's yearly quality report on vocational education, from one table of observations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Year = Annotated[int, typer.Option(help="Report year.")]
Entity = Annotated[str, typer.Option(help="Who reports: a slug of data/reference/entities.yml.")]
FAILED, MISTAKEN = 1, 2
"""Exit codes: something did not hold (a failed chapter, a failed check); a mistake in the call or the data."""
