"""Our build against the stock way and against its goals, in one run: `make bench` prints one table.

Not a test: nothing fails. The stock way is ``papermill``, then ``jupyter nbconvert --to html`` and ``--to webpdf``, one
process each per chapter, one after another or two at a time. The floor is the same cells in one process that has
everything imported, then the bare rendering. Many reports are made of a simulated nation, in a folder that is removed.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import many_reports
import one_report
from table import put_into_readmes, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from table import Row

PARTS = ("one", "many")


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave the stock runs out, and build fewer reports")
    parser.add_argument("--only", choices=PARTS, help="one report, or many")
    parser.add_argument("--write", action="store_true", help="put the table into README.md and README.zh-CN.md")
    asked = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as folder:
        if asked.only in {None, "one"}:
            rows += _told(one_report.measure(Path(folder), with_stock=not asked.quick))
        if asked.only in {None, "many"}:
            size = many_reports.QUICK if asked.quick else many_reports.WHOLE
            rows += _told(many_reports.measure(Path(folder), size))
    print("\n" + write(rows, 0))
    if asked.write:
        put_into_readmes(rows)


def _told(rows: Iterable[Row]) -> list[Row]:
    """Say each row as soon as it is measured: a whole run takes half an hour."""
    measured = []
    for row in rows:
        print(f"{row.work[0]}: {row.measured[0]}", flush=True)
        measured.append(row)
    return measured


if __name__ == "__main__":
    main()
