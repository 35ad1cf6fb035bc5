"""``nianbao watch``: build again whenever a file is saved, and let the open page reload itself.

The pages stay as they are on disk; only what the local server hands out carries the few lines that listen for a
reload (and not the policy that would forbid them).
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import sys
import threading
import time
from typing import TYPE_CHECKING

from helpers.building.build import build
from helpers.building.planned import Request
from helpers.building.press import press_apart
from helpers.building.state import FORMATS, input_stamps
from helpers.building.warm import warm_process
from helpers.building.workers import Workers
from helpers.errors import NianbaoError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers.building.report import Report
    from helpers.paths import Project

PAUSE = 0.1  # seconds between two looks at the files
SETTLED = 0.1  # seconds without a further change: an editor has finished writing
EVENTS = "/-/changes"
POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
LISTENER = b'<script>new EventSource("/-/changes").onmessage = () => location.reload()</script>'


class Changes:
    """Counts builds; whoever waits is told of the next one."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = threading.Condition()

    def tell(self) -> None:
        """Note that the report is new."""
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait(self, seen: int, timeout: float) -> int:
        """Return the number of builds, as soon as it is not ``seen`` or the time is up."""
        with self.changed:
            self.changed.wait_for(lambda: self.count != seen, timeout)
            return self.count


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a report, its pages with the listener added."""

    def __init__(self, *args: object, changes: Changes, **kwargs: object) -> None:
        self.changes = changes
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with the changes as they come, a page, or a file."""
        if self.path == EVENTS:
            self._send_changes()
        elif self.path.partition("?")[0].endswith((".html", "/")):
            self._send_page()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Keep quiet: the terminal shows builds."""

    def _send_page(self) -> None:
        path = self.translate_path(self.path)
        path = os.path.join(path, "index.html") if os.path.isdir(path) else path  # noqa: PTH112, PTH118 - as the base
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                page = POLICY.sub(b"", file.read())
        except OSError:
            self.send_error(http.HTTPStatus.NOT_FOUND)
            return
        page = page.replace(b"</body>", LISTENER + b"</body>")
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page)

    def _send_changes(self) -> None:
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        seen = self.changes.count
        try:
            while True:
                now = self.changes.wait(seen, timeout=15)
                self.wfile.write(b": still here\n\n" if now == seen else b"data: new\n\n")
                self.wfile.flush()
                seen = now
        except OSError:
            return  # the page was closed


def serve(folder: Path, changes: Changes, port: int) -> http.server.ThreadingHTTPServer:
    """Serve a report on this machine only, in a thread of its own."""
    handler = functools.partial(Handler, changes=changes, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def watch(
    project: Project, year: int, entity: str, *, port: int, tell: Callable[[str], None], rounds: int | None = None
) -> None:
    """Build whenever data, notebooks or helpers change, until interrupted (or for ``rounds`` builds).

    A change in the helpers' own code starts the command anew, so that the new code builds.
    """
    changes = Changes()
    request = Request(year, entity, formats=FORMATS)
    code = project_code(project)
    with Workers(os.cpu_count() or 1) as pool, press_apart(), warm_process(project, (year, entity)):
        renew = functools.partial(build, project, request, tell, pool=pool)
        server = serve(project.report(year, entity), changes, port)
        tell(f"open http://127.0.0.1:{server.server_port}/ (Ctrl-C stops)")
        built = 0
        while rounds is None or built < rounds:
            before = input_stamps(project)
            _build_once(renew, tell, changes)
            built += 1
            while (rounds is None or built < rounds) and input_stamps(project) == before:
                time.sleep(PAUSE)
            _settle(project)
            if project_code(project) != code:
                tell("the helpers changed; starting anew")
                os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - this very command
        server.shutdown()


def project_code(project: Project) -> dict[str, list[int]]:
    """Return the stamps of the helpers' own files."""
    return {name: stamp for name, stamp in input_stamps(project).items() if name.startswith("code/")}


def _build_once(renew: Callable[[], Report], tell: Callable[[str], None], changes: Changes) -> None:
    try:
        report = renew()
    except NianbaoError as error:
        tell(f"nianbao: {error}")
        return
    for failure in report.failures:
        tell(str(failure))
    done = "up to date" if report.is_up_to_date else f"built in {report.seconds:.1f} s"
    tell(f"{time.strftime('%H:%M:%S')} {done}")
    if not report.is_up_to_date:
        changes.tell()


def _settle(project: Project) -> None:
    """Wait until nobody is writing any more."""
    now = input_stamps(project)
    while True:
        time.sleep(SETTLED)
        later = input_stamps(project)
        if later == now:
            return
        now = later
