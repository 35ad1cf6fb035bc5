"""The stock way, and the floor: what a report costs with papermill and nbconvert, and what it costs at least."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from running import BIN, run

if TYPE_CHECKING:
    from pathlib import Path

FLOOR = """
import json, sys, time
from pathlib import Path
from helpers.building.workers import skip_slow_import
skip_slow_import()
import matplotlib; matplotlib.use("agg")
import pandas, seaborn
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from helpers import figures, open_chapter, tables
from helpers.building import book, pages, rendering
shell = InteractiveShell.instance()
shell.run_cell("1")
executed = [rendering.parse(path.read_text(encoding="utf-8")) for path in sorted(Path(sys.argv[1]).glob("*.ipynb"))]
started = time.perf_counter()
for path in sys.argv[2:]:
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            with capture_output():
                result = shell.run_cell("".join(cell["source"]))
            result.raise_error()
for notebook in executed:
    pages.chapter_page(notebook)
    book.compile_book([notebook], whole=False)
pages.report_page(executed)
book.compile_book(executed, whole=True)
print(time.perf_counter() - started)
"""


def stock(chapters: list[Path], folder: Path, *, at_once: int) -> None:
    """Execute and convert chapters with the stock commands, one process for each step of each chapter."""
    folder.mkdir()
    settings = browser_settings(folder)

    def make(path: Path) -> None:
        executed = folder / path.name
        run([str(BIN / "papermill"), str(path), str(executed), "--cwd", str(path.parent), "--no-progress-bar"])
        run([str(BIN / "jupyter"), "nbconvert", "--to", "html", str(executed)])
        options = ["--to", "webpdf", "--disable-chromium-sandbox"]
        run([str(BIN / "jupyter"), "nbconvert", *options, str(executed)], settings)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(make, chapters))


def browser_settings(folder: Path) -> dict[str, str]:
    """Let nbconvert's webpdf use the system's browser: Playwright looks only into a folder laid out as it knows."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("the stock way needs Chromium for webpdf; install it, or leave it out with --quick")
    listed = subprocess.run([str(BIN / "playwright"), "install", "--dry-run"], capture_output=True, text=True).stdout
    revision = re.search(r"chromium_headless_shell-(\d+)", listed)[1]  # type: ignore[index]
    home = folder / "browsers" / f"chromium_headless_shell-{revision}" / "chrome-headless-shell-linux64"
    home.mkdir(parents=True)
    (home / "chrome-headless-shell").symlink_to(chromium)
    (home.parent / "INSTALLATION_COMPLETE").touch()
    return {"PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers")}


def floor(project: Path, chapters: list[Path], executed: Path) -> float:
    """Return how long the same cells take in one warm process, and then the bare rendering of what they gave."""
    command = [sys.executable, "-c", FLOOR, str(executed), *map(str, chapters)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return float(done.stdout.split()[-1])
