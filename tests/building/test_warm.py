"""Warm kernels: the same outputs as ordinary ones, and nothing left behind, whatever dies. Data are invented."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import v4

from helpers.building import scratch, warm, warm_keeper, warm_orders
from helpers.building.engine import NAME
from helpers.building.execute import Success, clean, execute
from helpers.building.kernels import KERNEL, QuietKernelManager
from helpers.building.plan import plan_chapters
from helpers.building.warm_provisioner import NoWarmKernelError, _as_order, _streams
from helpers.building.workers import skip_slow_import
from helpers.loading import load_data
from helpers.paths import PROJECT_VARIABLE, Project
from support.small_claims import claim_rows
from support.small_project import make_project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

PATIENCE = 60  # seconds until something that must happen has not
ROUNDS = int(os.environ.get("NIANBAO_TEST_KERNELS", "100"))
CLAIM = {"value": "1100", "unit": "person", "expression": "enrolment"}
WHERE = "import os, sys, random, uuid, time, signal, subprocess\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Make a small project."""
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def warm_folder(project):
    """Keep one warm process for the tests that leave it alive; return its folder."""
    with warm.warm_process(project):
        yield Path(os.environ[warm.VARIABLE])


@pytest.fixture(autouse=True)
def no_warm_process_by_chance(monkeypatch):
    """Have each test say which kernels it wants."""
    monkeypatch.delenv(warm.VARIABLE, raising=False)


@pytest.fixture
def kernels(warm_folder, monkeypatch):
    """Order kernels from the module's warm process."""
    monkeypatch.setenv(warm.VARIABLE, str(warm_folder))
    monkeypatch.setattr(warm, "_told", set())
    yield warm_folder
    assert not (warm_folder / warm.TOLD).exists(), "a kernel was started the ordinary way"


def run(tmp_path, *sources, output=None, **options):
    """Execute code cells; return the executed notebook without clocks and ids."""
    metadata = {"kernelspec": {"name": KERNEL, "display_name": "Python 3", "language": "python"}}
    cells = [v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    path = tmp_path / "cells.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), path)
    settings = {"cwd": str(tmp_path), "engine_name": NAME, "kernel_name": KERNEL, **options}
    return clean(papermill.execute_notebook(str(path), output, **settings))


def printed(tmp_path, *sources, **options):
    """Return what the last of some cells printed."""
    cell = run(tmp_path, *sources, **options).cells[-1]
    return "".join(output.get("text", "") for output in cell.outputs)


def shown(cell):
    """Return a cell's outputs: streams apart, because what goes to two of them arrives in any order, and without pids."""
    streams = {"stdout": "", "stderr": ""}
    rest = [output for output in cell.outputs if output.output_type != "stream"]
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] += output.text
    lines = {name: sorted(text.splitlines()) for name, text in streams.items()}
    return re.sub(r"ipykernel_\d+", "ipykernel", json.dumps([lines, rest, cell.execution_count]))


def is_running(pid):
    """Say whether a process lives; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition):
    """Wait for what must happen soon."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.05)


def pids_of(folder):
    """Return the processes whose command line names a warm process's folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(int(path.parent.name))
    return found


def has_terminals():
    """Say whether the system lends pseudo-terminals, which IPython's ``!command`` wants; a bare chroot has none."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True


CHILD = "!echo from a child; pwd" if has_terminals() else "import os; os.system('echo from a child; pwd');"
LOOK = [
    WHERE + "print(os.getcwd(), sys.argv[:2], sys.argv[3:], sys.orig_argv[:4], sys.path, sys.flags, __name__)",
    "print(sorted(set(os.environ) - {'JPY_PARENT_PID'}))\nprint(sys.stdin.read() if False else os.read(0, 10))",
    "print('out'); print('err', file=sys.stderr); os.write(1, b'raw out\\n'); os.write(2, b'raw err\\n'); time.sleep(0.5)",
    CHILD,
    "print([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)])",
    "import matplotlib\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    "matplotlib.get_backend(), plt.rcParams['figure.dpi'], plt.get_fignums()",
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})",
    "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))",
    "class Point: pass\nimport pickle\npickle.loads(pickle.dumps(Point())).__class__, __file__ if '__file__' in dir() else 0",
    "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "import warnings\nwarnings.warn('a warning')\nsorted(map(str, warnings.filters))",
    "import threading, locale\nthreading.main_thread() is threading.current_thread(), locale.getlocale(), time.tzname",
    "import gc\ngc.isenabled(), gc.get_threshold(), sys.getrecursionlimit(), os.getpid() == os.getsid(0)",
]  # fmt: skip


@pytest.mark.usefixtures("kernels")
def test_outputs_are_those_of_an_ordinary_kernel(tmp_path, monkeypatch):
    """Streams, descriptors, children, pictures, tables, paths, signals, errors."""
    warm_one = run(tmp_path, *LOOK)
    monkeypatch.delenv(warm.VARIABLE)
    ordinary = run(tmp_path, *LOOK)

    for mine, theirs in zip(warm_one.cells, ordinary.cells, strict=True):
        assert shown(mine) == shown(theirs)
    assert "image/png" in str(warm_one.cells[5].outputs)


@pytest.mark.usefixtures("kernels")
def test_kernels_share_no_random_numbers(tmp_path):
    """Neither Python's, nor numpy's, nor identifiers."""
    draw = WHERE + "import numpy\nprint(random.random(), numpy.random.rand(), uuid.uuid4(), uuid.uuid1())"
    drawn = [printed(tmp_path, draw).split() for _ in range(3)]

    assert all(len(set(numbers)) == 3 for numbers in zip(*drawn, strict=True))


@pytest.mark.usefixtures("kernels")
def test_data_are_parsed_before_the_fork(project, tmp_path):
    """And parsed again when a data file has changed."""
    ask = (
        "from helpers.loading import _load, load_data\nfrom helpers.paths import Project\nfrom pathlib import Path\n"
        f"before = _load.cache_info().misses\ndata = load_data(Project(Path({str(project.root)!r})))\n"
        "print(_load.cache_info().misses - before, len(data[1]))"
    )
    parsed, rows = printed(tmp_path, ask).split()
    path = project.data / "observations/2020.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "river,2020,awards,,medal=silver,3", "river,2019,awards,,medal=silver,3"
        ),
        encoding="utf-8",
    )
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")

    assert parsed == "0"
    assert printed(tmp_path, ask).split() == ["0", str(int(rows) - 1)]


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize(
    "death",
    [
        "import ctypes; ctypes.string_at(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        pytest.param("os._exit(3)", marks=pytest.mark.slow),
        pytest.param("exit()", marks=pytest.mark.slow),
    ],
    ids=["segfault", "killed", "left", "exit"],
)
def test_a_dead_kernel_is_told_and_the_next_one_works(tmp_path, death):
    """What the kernel had started goes with it."""
    note = tmp_path / "pid"
    start = WHERE + f"open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))"
    saved = tmp_path / "saved.ipynb"
    if death.startswith("exit"):
        run(tmp_path, start, death, output=str(saved))
    else:
        with pytest.raises(DeadKernelError):
            run(tmp_path, start, death, output=str(saved))

    wait_until(lambda: not is_running(int(note.read_text())))
    assert nbformat.read(saved, 4).cells[0].execution_count == 1
    assert printed(tmp_path, "print('alive')") == "alive\n"


@pytest.mark.usefixtures("kernels")
@pytest.mark.slow
def test_errors_stay_in_their_cell(tmp_path):
    """Out of memory, and sys.exit."""
    memory = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\nbytes(2**32)"
    for source, error in ((memory, "MemoryError"), ("import sys; sys.exit(3)", "SystemExit")):
        with pytest.raises(papermill.PapermillExecutionError, match=error):
            run(tmp_path, source)
    assert printed(tmp_path, "print('alive')") == "alive\n"


@pytest.mark.usefixtures("kernels")
@pytest.mark.slow
def test_a_cell_may_take_its_time_and_no_more(tmp_path):
    """With and without an interrupt."""
    with pytest.raises(CellTimeoutError):
        run(tmp_path, WHERE + "time.sleep(600)", execution_timeout=1)
    with pytest.raises(papermill.PapermillExecutionError, match="KeyboardInterrupt"):
        run(tmp_path, WHERE + "time.sleep(600)", execution_timeout=1, interrupt_on_timeout=True)


async def told(client, code, found=None):
    """Execute code; return what it printed and the name of its error."""
    found = [] if found is None else found
    await client.execute_interactive(
        code, timeout=PATIENCE, output_hook=lambda message: found.append(message["content"])
    )
    return "".join(content.get("text", "") or content.get("ename", "") for content in found)


@pytest.mark.usefixtures("kernels")
def test_a_kernel_is_interrupted_restarted_and_asked_to_leave(tmp_path):
    """What a person does in a notebook; a kernel that is asked to leave runs what waits for its end."""
    left = tmp_path / "left"

    async def live():
        manager = QuietKernelManager(kernel_name=KERNEL)
        await manager.start_kernel(cwd=str(tmp_path))
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=PATIENCE)
        heard = []
        sleeping = asyncio.create_task(told(client, "import time\nprint(1, flush=True)\ntime.sleep(600)", heard))
        while not any("text" in content for content in heard):  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.05)
        await manager.interrupt_kernel()
        interrupted = await sleeping
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=PATIENCE)
        again = await told(client, "try: time\nexcept NameError: print('new')")
        await told(client, f"import atexit\natexit.register(lambda: open({str(left)!r}, 'w').write('left'))")
        pid = manager.provisioner.pid
        client.stop_channels()
        await manager.shutdown_kernel(now=False)
        return interrupted, again, pid

    interrupted, again, pid = asyncio.run(live())

    assert interrupted == "1\nKeyboardInterrupt"
    assert again == "new\n"
    assert left.read_text() == "left"
    assert not is_running(pid)


@pytest.mark.usefixtures("kernels")
def test_a_kernel_that_is_dropped_ends(tmp_path):
    """Nobody has to ask it to."""

    async def drop():
        manager = QuietKernelManager(kernel_name=KERNEL)
        await manager.start_kernel(cwd=str(tmp_path))
        pid = manager.provisioner.pid
        await manager.cleanup_resources()
        return pid

    pid = asyncio.run(drop())
    wait_until(lambda: not is_running(pid))


def test_kernels_of_one_report_find_what_it_corrects(tmp_path):
    """The published report is audited once, in the warm process; a kernel that opens the report has it at hand."""
    made = make_project(tmp_path / "project")
    (made.data / "published").mkdir()
    (made.data / "published" / "2020.csv").write_text(claim_rows(CLAIM), encoding="utf-8")
    audits = "from helpers.audit import service\nprint(service._remembered.cache_info().currsize)"
    found = []
    for report in (None, (2020, "river")):
        with warm.warm_process(made, report):
            found.append(printed(tmp_path, audits))

    assert found == ["0\n", "1\n"]


def test_a_warm_process_that_nobody_wants_is_not_waited_for(project):
    """A build that finds nothing to execute lets it go while it still loads."""
    with warm.warm_process(project):
        folder = os.environ[warm.VARIABLE]
        (pid,) = pids_of(folder)

    assert not is_running(pid)
    assert not Path(folder).exists()


def test_a_warm_process_that_is_killed_is_started_again(project, tmp_path, capfd):
    """By the next kernel, twice over; the chapter that runs dies, and what it had started."""
    with warm.warm_process(project):
        folder, seen = os.environ[warm.VARIABLE], []
        for number in range(2):
            note = tmp_path / f"pid{number}"
            start = WHERE + f"open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))"
            with pytest.raises(DeadKernelError):
                run(tmp_path, start, "os.kill(os.getppid(), signal.SIGKILL); time.sleep(600)")
            wait_until(lambda note=note: not is_running(int(note.read_text())))
            seen.append(printed(tmp_path, "import os; print(os.getppid())"))
            seen.append(printed(tmp_path, "import os; print(os.getppid())"))
            assert seen[-2:] == [f"{pids_of(folder)[0]}\n"] * 2, "not of the warm process"

    assert len(set(seen)) == 2
    assert capfd.readouterr().err == ""
    assert not Path(folder).exists()
    assert pids_of(folder) == []


def test_an_order_that_waits_is_left_to_the_next_warm_process(project, tmp_path, capfd):
    """Killed while it still imports, or with the order in its hand."""
    with warm.warm_process(project):
        folder = os.environ[warm.VARIABLE]
        wait_until(lambda: pids_of(folder))
        first = pids_of(folder)
        threading.Timer(0.3, lambda: os.kill(first[0], signal.SIGKILL)).start()
        parent = printed(tmp_path, "import os; print(os.getppid())")

        assert parent == f"{pids_of(folder)[0]}\n"
        assert pids_of(folder) != first
    assert capfd.readouterr().err == ""


def test_warm_processes_that_never_make_a_kernel_are_given_up(project, tmp_path, capfd, monkeypatch):
    """Kernels start as usual then, and one line says so."""
    monkeypatch.setattr(warm, "_told", set())
    monkeypatch.setattr(warm_keeper, "launch", lambda *_: subprocess.Popen(["sh", "-c", "kill -KILL $$"]))
    with warm.warm_process(project):
        folder = Path(os.environ[warm.VARIABLE])
        outputs = [printed(tmp_path, f"print({number})") for number in range(2)]

    assert outputs == ["0\n", "1\n"]
    assert capfd.readouterr().err == (
        "nianbao: kernels are started one by one, which is slower: the warm process ended: killed by signal 9 before it "
        "had made a kernel, 2 times\n"
    )
    assert not folder.exists()


def test_elsewhere_than_on_linux_one_line_says_so(project, capfd, monkeypatch):
    """And no variable leads anywhere."""
    monkeypatch.setattr(warm, "_told", set())
    monkeypatch.setattr(warm.sys, "platform", "darwin")
    for _ in range(2):
        with warm.warm_process(project):
            assert warm.VARIABLE not in os.environ

    assert (
        capfd.readouterr().err
        == "nianbao: kernels are started one by one, which is slower: they can be forked only on Linux\n"
    )


def test_a_long_temporary_folder_leaves_no_room_for_sockets(project, tmp_path, capfd, monkeypatch):
    """One line, and what to do."""
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setattr(warm, "_told", set())
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(deep))
    with warm.warm_process(project):
        assert warm.VARIABLE not in os.environ

    assert "is too long a name for sockets; set TMPDIR to a shorter one\n" in capfd.readouterr().err
    assert list(deep.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        (["R", "--slave", "-e", "IRkernel::main()"], {}),
        (["/usr/bin/python3", "-m", "ipykernel_launcher", "-f", "x"], {}),
        ([sys.executable, "-m", "metakernel", "-f", "x"], {}),
        ([sys.executable], {}),
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x"], {"preexec_fn": print}),
    ],
)
def test_other_kernels_are_refused(command, settings):
    """They are started as usual."""
    with pytest.raises(NoWarmKernelError):
        _as_order(command, settings)


def test_a_pipe_is_refused():
    """Its reader would wait for the end of the process that holds it."""
    with ExitStack() as stack, pytest.raises(NoWarmKernelError):
        _streams({"stdout": subprocess.PIPE}, stack)


CLIENT = """
import os, sys
import papermill
from contextlib import nullcontext
from pathlib import Path
from helpers.building.warm import warm_process
from helpers.paths import Project
with nullcontext() if "NIANBAO_WARM" in os.environ else warm_process(Project(Path(sys.argv[1]))):
    for notebook in sys.argv[2:]:
        done = papermill.execute_notebook(notebook, None, engine_name="nianbao", kernel_name="python3")
        print(done.cells[-1].outputs, flush=True)
        sys.stdin.readline()
"""


@contextmanager
def client_of(project, *notebooks, **options):
    """Run a client in a process of its own."""
    words = [sys.executable, "-c", CLIENT, str(project.root), *map(str, notebooks)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    ) as client:
        try:
            yield client
        finally:
            client.kill()


@pytest.mark.parametrize("own", [True, False], ids=["that started it", "that only uses it"])
def test_nothing_survives_a_client_that_is_killed(own, project, warm_folder, tmp_path):
    """Neither the kernel, nor what it had started; nor, of its own, the warm process and its folder."""
    note = tmp_path / "note"
    environment = dict(os.environ) if own else {**os.environ, warm.VARIABLE: str(warm_folder)}
    source = WHERE + (
        f"child = subprocess.Popen(['sleep', '600']).pid\nfolder = os.path.dirname(sys.argv[2])\n"
        f"words = ' '.join(map(str, [os.getppid(), os.getpid(), child, os.path.dirname(folder)]))\n"
        f"open({str(note)!r} + '.new', 'w').write(words)\nos.rename({str(note)!r} + '.new', {str(note)!r})\ntime.sleep(600)"
    )
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(source)]), tmp_path / "cells.ipynb")
    with client_of(project, tmp_path / "cells.ipynb", env=environment) as client:
        wait_until(note.exists)
        *pids, folder = note.read_text().split()
        assert all(is_running(int(pid)) for pid in pids)
        assert Path(folder, warm_orders.SOCKET).exists()
        client.send_signal(signal.SIGKILL)
        wait_until(lambda: not any(is_running(int(pid)) for pid in pids[0 if own else 1 :]))
        wait_until(lambda: Path(folder).exists() is not own)
        assert is_running(int(pids[0])) is not own


@pytest.mark.slow
def test_changed_helpers_are_loaded_anew(project, tmp_path):
    """Between two kernels of one build; what cannot be imported any more fails in the notebook, as it should."""
    source = tmp_path / "src"
    shutil.copytree(warm_orders.CODE, source / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    errors = source / "helpers" / "errors.py"
    notebook = tmp_path / "cells.ipynb"
    code = "try:\n    import helpers.errors\n    print(getattr(helpers.errors, 'EDITED', 0))\nexcept SyntaxError: print('broken')"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(code)]), notebook)
    environment = {**os.environ, "PYTHONPATH": str(source)}
    with client_of(project, *[notebook] * 4, env=environment) as client:
        answers = [client.stdout.readline()]
        for line in ("EDITED = 1", "EDITED = 22", "EDITED = ("):
            errors.write_text(errors.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
            client.stdin.write("\n")
            client.stdin.flush()
            answers.append(client.stdout.readline())
        _, error = client.communicate(timeout=PATIENCE)

    assert ["'0\\n'" in answers[0], "'1\\n'" in answers[1], "'22\\n'" in answers[2], "broken" in answers[3]] == [
        True
    ] * 4
    assert error.splitlines() == [
        "nianbao: kernels are started one by one, which is slower: the warm process ended: SyntaxError: '(' was never closed"
    ]


def size_of(pid):
    """Return a process's memory in MB, open files and threads."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return (
        int(status["RssAnon"].split()[0]) / 1024,
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        int(status["Threads"]),
    )


@pytest.mark.slow
def test_many_kernels_leave_no_trace(kernels, tmp_path):
    """Memory, open files and threads of the warm process and of the client stay as they are after the first few."""
    wait_until(lambda: pids_of(kernels))
    process, there = max(pids_of(kernels)), set(kernels.iterdir())

    def sizes():
        gc.collect()
        assert pids_of(kernels) == [process], "the helpers were edited meanwhile, and loaded anew: run this test again"
        return size_of(process), size_of(os.getpid())

    for number in range(ROUNDS):
        assert printed(tmp_path, "import pandas, matplotlib.pyplot, seaborn\nprint('ok')") == "ok\n"
        if number == 9:
            before = sizes()
    after = sizes()

    for (memory, files, threads), (grown, more_files, more_threads) in zip(before, after, strict=True):
        assert grown - memory < 10 + 0.02 * ROUNDS
        assert more_files <= files
        assert more_threads <= threads
    assert size_of(process)[2] == 1
    assert set(kernels.iterdir()) == there
    kept_open = {str(path.readlink()) for path in Path(f"/proc/{process}/fd").iterdir()}
    assert not [name for name in kept_open if name.startswith("/") and not name.startswith(("/dev/", str(kernels)))]


@pytest.mark.slow
def test_chapters_are_byte_identical(project_root, tmp_path, monkeypatch):
    """All chapters of the report, two at a time as a build runs them, with both kinds of kernels; and what they read."""
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, tmp_path / name)
    monkeypatch.setenv(PROJECT_VARIABLE, str(tmp_path))
    real, code = Project(tmp_path), warm_orders.code_stamp()
    jobs = plan_chapters(real, load_data(real)[0], 2020, "hangzhou")
    monkeypatch.setattr(warm, "_told", set())

    def execute_all():
        with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=skip_slow_import) as pool:
            return list(pool.map(execute, jobs))

    with warm.warm_process(real, (2020, "hangzhou")):
        warm_ones = execute_all()
        assert not Path(os.environ[warm.VARIABLE], warm.TOLD).exists()
    ordinary = execute_all()

    assert warm_orders.code_stamp() == code, "the helpers were edited meanwhile: run this test again"
    assert [type(outcome) for outcome in warm_ones] == [Success] * len(jobs)
    for mine, theirs in zip(warm_ones, ordinary, strict=True):
        assert mine == theirs, mine.job.stem
    assert threading.active_count() < 10
    assert json.loads(warm_ones[0].notebook)["cells"]
