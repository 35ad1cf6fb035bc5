"""What a chapter reads is noticed, or the chapter counts as never up to date: it is never stale."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.paths import Project
from helpers.reads import NETWORK, OTHER_PROGRAM, FileWatch, _is_input, file_digest, unseen_readers

WATCH = FileWatch()  # an audit hook cannot be taken out again: one for all tests


@pytest.fixture
def place(tmp_path_factory):
    """Make files of several kinds in a project's data and outside it; return both folders."""
    root = tmp_path_factory.mktemp("project")
    outside = tmp_path_factory.mktemp("outside")
    for folder in (root / "data", outside):
        folder.mkdir(exist_ok=True)
        (folder / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        (folder / "a.xml").write_text("<r><x a='1'/></r>", encoding="utf-8")
        (folder / "a").write_text("no suffix", encoding="utf-8")
        np.save(folder / "a.npy", np.arange(3))
        np.arange(3.0).tofile(folder / "a.dat")
        plt.imsave(folder / "a.png", np.zeros((2, 2)))
        pd.DataFrame({"a": [1]}).to_excel(folder / "a.xlsx")
        database = sqlite3.connect(folder / "a.db")
        database.execute("create table t (x)")
        database.close()
    return SimpleNamespace(root=root, data=root / "data", outside=outside)


def heard(root, work):
    """Return what is noticed while something is done."""
    reads = WATCH.begin(Project(root))
    try:
        work()
    finally:
        WATCH.project = None
    return reads


def query(path):
    """Read a database."""
    database = sqlite3.connect(path)
    database.execute("select * from t").fetchall()
    database.close()


READERS = {
    "a.csv": [
        lambda path: path.read_text(encoding="utf-8"),
        lambda path: pd.read_csv(path, engine="c"),
        lambda path: np.loadtxt(path, delimiter=",", skiprows=1),
        lambda path: os.close(os.open(path, os.O_RDONLY)),
        lambda path: path.open("r+").close(),
        lambda path: open(os.fsencode(path)).close(),  # noqa: PTH123 - as a notebook might
    ],
    "a": [lambda path: path.read_bytes()],
    "a.npy": [np.load, lambda path: np.load(path, mmap_mode="r")],
    "a.dat": [np.fromfile, np.memmap],
    "a.xlsx": [pd.read_excel],
    "a.xml": [lambda path: pd.read_xml(path, parser="etree")],
    "a.png": [plt.imread],
    "a.db": [query, lambda path: query(str(path)), lambda path: sqlite3.connect(f"file:{path}?mode=ro", uri=True).close()],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        pytest.param(name, reader, id=f"{name}-{number}")
        for name, readers in READERS.items()
        for number, reader in enumerate(readers)
    ],
)
def test_a_file_is_noticed_however_it_is_opened(place, name, reader):
    """In the project and outside, whatever its suffix, by Python, pandas, numpy, matplotlib and SQLite."""
    inside = heard(place.root, lambda: reader(place.data / name))
    outside = heard(place.root, lambda: reader(place.outside / name))

    assert f"data/{name}" in inside.files
    assert str(place.outside / name) in outside.files


def test_a_module_beside_the_notebook_is_noticed_compiled_or_not(place, monkeypatch):
    """Its source, which is what an analyst edits."""
    folder = place.root / "notebooks"
    folder.mkdir()
    (folder / "beside_the_notebook.py").write_text("X = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    for _ in range(2):
        reads = heard(place.root, lambda: __import__("beside_the_notebook"))
        del sys.modules["beside_the_notebook"]
        assert "notebooks/beside_the_notebook.py" in reads.files


def test_a_folder_is_noticed_by_the_names_in_it(place):
    """Another file in it makes another result; what is written in one of them does not."""
    assert "data" in heard(place.root, lambda: sorted(place.data.glob("*.csv"))).files
    assert str(place.outside) in heard(place.root, lambda: os.listdir(place.outside)).files  # noqa: PTH208
    before = file_digest(place.data)
    (place.data / "a.csv").write_text("changed", encoding="utf-8")
    same = file_digest(place.data)
    (place.data / "b.csv").touch()

    assert before == same != file_digest(place.data)


def test_what_is_only_written_is_not_read(place):
    """A notebook may keep something for itself."""
    for mode in ("w", "a", "x"):
        assert heard(place.root, lambda mode=mode: (place.data / f"new-{mode}").open(mode).close()).files == set()
    flags = os.O_WRONLY | os.O_CREAT
    assert heard(place.root, lambda: os.close(os.open(place.data / "b", flags))).files == set()


@pytest.mark.parametrize(
    "work",
    [
        lambda: subprocess.run(["true"], check=True),
        lambda: os.system("true"),  # noqa: S605
        lambda: os.waitpid(os.fork() or os._exit(0), 0),
        lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    ],
    ids=["subprocess", "system", "fork", "spawn"],
)
@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_another_process_makes_a_chapter_never_up_to_date(place, work):
    """Nobody can tell what that reads."""
    sys.modules.pop("multiprocessing.popen_spawn_posix", None)

    assert OTHER_PROGRAM in heard(place.root, work).programs


def test_the_network_makes_a_chapter_never_up_to_date(place):
    """What is fetched may be another thing tomorrow."""

    def fetch():
        with socket.socket() as one, suppress(OSError):
            one.connect(("127.0.0.1", 9))

    assert NETWORK in heard(place.root, fetch).programs


def test_libraries_that_open_files_past_python_make_a_chapter_never_up_to_date():
    """Any package with machine code that is not known to leave the opening to Python."""
    etree = __import__("lxml.etree").etree
    modules = {"lxml.etree": etree, "numpy": np, "pandas": pd, "json": __import__("json")}

    assert unseen_readers(modules, {}) == {"opens files past Python with lxml"}
    assert unseen_readers({"pyarrow.parquet": object()}, {}) == {"opens files past Python with pyarrow.parquet"}


def test_a_library_that_the_helpers_use_counts_where_the_notebook_uses_it(tmp_path):
    """The helpers keep a finer record; a notebook has none."""
    duckdb = __import__("duckdb")
    told = {"opens files past Python with duckdb"}

    assert unseen_readers(sys.modules, {"year": 2020, "project": Project(tmp_path)}).isdisjoint(told)
    assert unseen_readers({}, {"db": duckdb}) == told
    assert unseen_readers({}, {"connect": duckdb.connect}) | unseen_readers({}, {"one": duckdb.connect()})


@pytest.mark.parametrize("package", ["pyarrow", "ctypes", "cffi", "duckdb"])
def test_a_package_that_a_cell_names_counts(package):
    """However briefly: inside a function, the notebook has no name for it when the chapter is verified."""
    cells = ["", "year = 2020", f"def look():\n    import {package} as quiet\n    return quiet"]

    assert unseen_readers({}, {"In": cells}) == {f"opens files past Python with {package}"}
    assert unseen_readers({}, {"In": ["", f"my_{package}_notes = 1"]}) == set()


def test_such_a_library_goes_unnoticed_by_the_hook(place):
    """The reason for the rule above: should this ever fail, the rule can go."""
    etree = __import__("lxml.etree").etree

    assert heard(place.root, lambda: etree.parse(str(place.data / "a.xml"))).files == set()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/project/data/x.csv", True),
        ("/project/reports/2020/river/facts.csv", True),
        ("/project/notebooks/beside.py", True),
        ("/elsewhere/reports/x", True),
        ("/project/.cache/build/x.json", False),
        ("/project/src/helpers/chapter.py", False),
        ("/usr/share/zoneinfo/Asia/Shanghai", False),
        ("/home/someone/.config/matplotlib/matplotlibrc", False),
        ("/temporary/nianbao-x1/connection.json", False),
        (sys.prefix + "/lib/x.csv", False),
    ],
)
def test_data_are_told_from_parts_of_python_and_of_the_system(path, told):
    """By where they are, not by what they are called."""
    assert _is_input(Path(path), Path("/project")) is told
