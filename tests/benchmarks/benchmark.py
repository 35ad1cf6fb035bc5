"""Our build against the stock way, on the same notebooks, in one run: `make bench` prints one table.

Not a test: nothing fails. ``--quick`` leaves the slow stock runs out. The stock way is ``papermill``, then
``jupyter nbconvert --to html`` and ``--to webpdf``, one process each per chapter, one after another or two at a time.
The floor is the same cells in one process that has everything imported, then the bare rendering.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
YEAR, ENTITY = "2020", "hangzhou"
EDITED = "03_quality_assurance.ipynb"


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave the stock runs out")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as folder:
        project = copy_project(Path(folder) / "project")
        rows = measure(project, Path(folder), quick=quick)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {len(notebooks(ROOT))} chapters\n")
    print("| work | seconds | against ours |\n| --- | --- | --- |")
    ours = rows[0][1]
    for name, seconds in rows:
        ratio = f"{seconds / ours:.1f} ×" if name.startswith(("stock", "floor")) else ""
        print(f"| {name} | {seconds:.2f} | {ratio} |")


def measure(project: Path, folder: Path, *, quick: bool) -> list[tuple[str, float]]:
    """Measure each kind of work once, ours first."""
    rows = [("whole report, cold: pages, book, tables, facts", timed(lambda: nianbao(project, "build", "--force")))]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows.append(("floor: the same cells in one warm process, bare rendering", floor(project)))
    if not quick:
        rows.append(("stock, one after another", timed(lambda: stock(folder / "one", at_once=1))))
        rows.append(("stock, two at a time", timed(lambda: stock(folder / "two", at_once=2))))
    rows.append(("nothing changed", min(timed(lambda: nianbao(project, "build")) for _ in range(3))))
    edit(project)
    rows.append(("prose of one chapter changed, cold start", timed(lambda: nianbao(project, "build"))))
    rows.append(("prose of one chapter changed, while watching", watched(project)))
    print(f"largest process of our build: {peak:.0f} MiB\n")
    return rows


def timed(work: object) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def copy_project(target: Path) -> Path:
    """Copy data and notebooks, so that nothing of the checkout is touched."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, target / name)
    return target


def notebooks(project: Path) -> list[Path]:
    """Return the chapters in order."""
    return sorted((project / "notebooks").glob("*.ipynb"))


def nianbao(project: Path, *words: str) -> None:
    """Run our command on a project."""
    run([str(BIN / "nianbao"), *words], {"NIANBAO_PROJECT": str(project)})


def run(command: list[str], settings: dict[str, str] | None = None) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, env={**os.environ, **(settings or {})}, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def stock(folder: Path, *, at_once: int) -> None:
    """Execute and convert every chapter with the stock commands."""
    folder.mkdir()
    settings = browser_settings(folder)

    def chapter(path: Path) -> None:
        executed = folder / path.name
        run([str(BIN / "papermill"), str(path), str(executed), "--cwd", str(path.parent), "--no-progress-bar"])
        run([str(BIN / "jupyter"), "nbconvert", "--to", "html", str(executed)])
        options = ["--to", "webpdf", "--disable-chromium-sandbox"]
        run([str(BIN / "jupyter"), "nbconvert", *options, str(executed)], settings)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(chapter, notebooks(ROOT)))


def browser_settings(folder: Path) -> dict[str, str]:
    """Let nbconvert's webpdf use the system's browser: Playwright looks only into a folder laid out as it knows."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("the stock way needs Chromium for webpdf; install it or use --quick")
    listed = subprocess.run([str(BIN / "playwright"), "install", "--dry-run"], capture_output=True, text=True).stdout
    revision = re.search(r"chromium_headless_shell-(\d+)", listed)[1]  # type: ignore[index]
    home = folder / "browsers" / f"chromium_headless_shell-{revision}" / "chrome-headless-shell-linux64"
    home.mkdir(parents=True)
    (home / "chrome-headless-shell").symlink_to(chromium)
    (home.parent / "INSTALLATION_COMPLETE").touch()
    return {"PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers")}


FLOOR = """
import json, sys, time
from pathlib import Path
from helpers.building.execute import skip_slow_import
skip_slow_import()
import matplotlib; matplotlib.use("agg")
import pandas, seaborn, nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from helpers import figures, open_chapter, tables
from helpers.building import book, pages
shell = InteractiveShell.instance()
shell.run_cell("1")
started = time.perf_counter()
for path in sorted(Path("notebooks").glob("*.ipynb")):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            with capture_output():
                result = shell.run_cell("".join(cell["source"]))
            result.raise_error()
executed = [nbformat.read(path, 4) for path in sorted(Path("reports/2020/hangzhou/notebooks").glob("*.ipynb"))]
for notebook in executed:
    pages.chapter_page(notebook)
    book.compile_book([notebook], whole=False)
pages.report_page(executed)
book.compile_book(executed, whole=True)
print(time.perf_counter() - started)
"""


def floor(project: Path) -> float:
    """Run the same cells in one warm process, then render."""
    done = subprocess.run([sys.executable, "-c", FLOOR], cwd=project, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return float(done.stdout.split()[-1])


def edit(project: Path) -> None:
    """Change a word in one chapter's prose."""
    path = project / "notebooks" / EDITED
    text = path.read_text(encoding="utf-8")
    changed = (
        text.replace("。", "；本句为测速所改。", 1)
        if "测速" not in text
        else text.replace("；本句为测速所改。", "。", 1)
    )
    path.write_text(changed, encoding="utf-8")


def watched(project: Path) -> float:
    """Return how long a running watch takes from the save to the finished build."""
    command = [str(BIN / "nianbao"), "watch", "--port", "0"]
    environment = {**os.environ, "NIANBAO_PROJECT": str(project), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        timer = threading.Timer(300, running.kill)
        timer.start()
        wait_for(running, "up to date", "built in")
        edit(project)
        wait_for(running, "built in")  # the workers have imported everything now
        edit(project)
        seconds = timed(lambda: wait_for(running, "built in"))
        timer.cancel()
        running.kill()
    return seconds


def wait_for(running: subprocess.Popen[str], *words: str) -> None:
    """Read on until a line holds one of the words."""
    for line in running.stdout:  # type: ignore[union-attr]
        if any(word in line for word in words):
            return
    sys.exit("watch ended")


if __name__ == "__main__":
    main()
