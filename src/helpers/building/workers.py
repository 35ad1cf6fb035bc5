"""Worker processes that share nothing; a task whose process is killed is tried once more, alone.

The system kills for want of memory, and whoever is killed takes with him what others in the pool were doing. A task
that has a process for itself and loses that one, too, is the one to blame.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.util import LazyLoader, find_spec, module_from_spec
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from helpers.building.staging import UNTOUCHED, unwritable
from helpers.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SWITCH = 0.001  # seconds

Result = TypeVar("Result")


class LostWorkerError(BuildError):
    """The process that did a task was killed, twice."""

    def __init__(self) -> None:
        super().__init__("its worker process was killed, twice; is there enough memory? Fewer --jobs need less")


class Workers(Executor):
    """A pool of worker processes that outlives the death of any of them.

    matplotlib, Typst and papermill are not safe in threads.
    """

    def __init__(self, count: int) -> None:
        self.count = max(1, count)
        self.pool = make_pool(self.count)
        self.lock = threading.Lock()
        self.again = ThreadPoolExecutor(1)  # one lost task after the other
        self.is_stopped = False

    def submit(self, task: Callable[..., Result], /, *args: Any, **keywords: Any) -> Future[Result]:  # noqa: ANN401
        """Have a process do a task; what it raises, the result raises.

        Raises
        ------
        LostWorkerError
            From the result: whichever process did it was killed.
        """
        call = partial(task, *args, **keywords)
        told: Future[Result] = Future()
        with self.lock:
            try:
                first = self.pool.submit(call)
            except BrokenExecutor:
                self.pool.shutdown(wait=False)
                self.pool = make_pool(self.count)
                first = self.pool.submit(call)
        first.add_done_callback(partial(self._done, call, told))
        return told

    def _done(self, call: Callable[[], Result], told: Future[Result], first: Future[Result]) -> None:
        if first.cancelled():
            told.cancel()
        elif isinstance(first.exception(), BrokenExecutor) and not self.is_stopped:
            self.again.submit(self._try_alone, call, told)
        else:
            pass_on(first, told)

    def _try_alone(self, call: Callable[[], Result], told: Future[Result]) -> None:
        with make_pool(1) as pool:
            pass_on(pool.submit(call), told)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as its base
        """Let the processes go when they have done what they have to do."""
        self.pool.shutdown(wait, cancel_futures=cancel_futures)
        self.again.shutdown(wait, cancel_futures=cancel_futures)

    def stop(self) -> None:
        """Kill the processes, whatever they are doing; nobody does it again."""
        self.is_stopped = True
        for process in list((self.pool._processes or {}).values()):  # noqa: SLF001 - no other way before Python 3.14
            process.kill()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let the processes go; when something was raised, at once, for nobody wants any more what they are doing."""
        if kind is not None:
            self.stop()
        self.shutdown(cancel_futures=kind is not None)


class AtOnce(Executor):
    """Does each task in this process, when it is handed in."""

    def submit(self, task: Callable[..., Result], /, *arguments: Any, **keywords: Any) -> Future[Result]:  # noqa: ANN401
        """Do the task; what it raises, the result raises."""
        future: Future[Result] = Future()
        try:
            future.set_result(task(*arguments, **keywords))
        except Exception as error:  # noqa: BLE001 - it is passed on, whatever it is
            future.set_exception(error)
        return future


class Hands(NamedTuple):
    """Who makes pages, and who makes what the press sets, for which there often is something to wait."""

    pages: Executor
    prints: Executor

    def of(self, formats: Sequence[str]) -> Executor:
        """Return who makes something in some formats."""
        return self.prints if "pdf" in formats else self.pages

    @property
    def are_many(self) -> bool:
        """Whether two things can be made at the same time."""
        return self.pages is self.prints


@contextmanager
def quick_switching() -> Iterator[None]:
    """Let a thread that only passes messages on not wait long for one that computes."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def rendered(future: Future[Result], name: str) -> Result:
    """Return what a worker rendered.

    Raises
    ------
    BuildError
        The worker was lost, or could not write what it keeps.
    """
    try:
        return future.result()
    except LostWorkerError as error:
        raise BuildError(f"{name} could not be rendered: {error}; {UNTOUCHED}") from None
    except OSError as error:  # of what it keeps for the next time
        raise unwritable(name, error) from None


def pass_on(done: Future[Result], told: Future[Result]) -> None:
    """Give what has become of a task to the future that somebody waits for."""
    try:
        told.set_result(done.result())
    except BrokenExecutor:
        told.set_exception(LostWorkerError())
    except CancelledError:
        told.cancel()
    except BaseException as error:  # noqa: BLE001 - it is passed on, whatever it is
        told.set_exception(error)


def skip_slow_import() -> None:
    """Spare jsonschema optional modules that take over a second to import, and papermill one it does not need here.

    ``rfc3987_syntax`` builds a grammar at import, ``isoduration`` brings a library of dates. Only checks of formats
    use them (IRIs, URIs, durations), and notebooks have none. ``requests`` is for notebooks on the network; it is
    imported when somebody uses it.
    """
    for name in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    if "requests" not in sys.modules and (spec := find_spec("requests")) and spec.loader:
        spec.loader = LazyLoader(spec.loader)
        sys.modules["requests"] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


def make_pool(workers: int) -> ProcessPoolExecutor:
    """Make processes of a fresh interpreter each."""
    return ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn"), initializer=_begin_work)


def _begin_work() -> None:
    """Prepare a worker; it must not outlive a build that is killed, waiting for ever for the next task.

    Ctrl-C reaches every process of a terminal; who has called the workers sees to their end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    skip_slow_import()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
