"""What tests need of the system: a Chromium, a library that Playwright's driver loads, and poppler's pdftoppm.

Run as a script it installs what is missing where it may: as root on Debian. Elsewhere it names what is missing, and
the tests that need it are skipped; under CI nothing is skipped, so there a missing tool is an error.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_VARIABLE = "NIANBAO_CHROMIUM"
DEBIAN_PACKAGES = {"Chromium": "chromium", "libatomic": "libatomic1", "pdftoppm": "poppler-utils"}


def find_chromium() -> str | None:
    """Return the path of a Chromium: the one that ``NIANBAO_CHROMIUM`` names, else the first on the path."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    candidates = (named,) if named else CHROMIUMS
    return next(filter(None, map(shutil.which, candidates)), None)


def find_libatomic() -> str | None:
    """Return the name of the library that Playwright's driver loads on Linux; elsewhere it brings its own."""
    name = "libatomic.so.1"
    if sys.platform != "linux":
        return name
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    return name


def find_pdftoppm() -> str | None:
    """Return the path of poppler's pdftoppm."""
    return shutil.which("pdftoppm")


def find_office() -> str | None:
    """Return the path of LibreOffice, which recalculates workbooks; only slow tests use it."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def under_ci() -> bool:
    """Say whether this is a CI run, where nothing may be skipped."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def missing_tools() -> list[str]:
    """Name the tools that are not there."""
    found = {"Chromium": find_chromium(), "libatomic": find_libatomic(), "pdftoppm": find_pdftoppm()}
    return [tool for tool, path in found.items() if path is None]


def may_install() -> bool:
    """Say whether this is root on a Debian-like system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(tools: list[str]) -> None:
    """Install the Debian packages of ``tools``; a failure shows in what is missing afterwards."""
    packages = [DEBIAN_PACKAGES[tool] for tool in tools]
    print(f"Installing {', '.join(packages)} for the tests ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        step = subprocess.run(
            ["apt-get", "-qq", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if step.returncode:
            print(step.stdout, file=sys.stderr)


def main() -> int:
    """Install what is missing, or say in one line what is and what follows from it."""
    missing = missing_tools()
    if missing and may_install():
        install(missing)
        missing = missing_tools()
    if not missing:
        return 0
    packages = " ".join(DEBIAN_PACKAGES[tool] for tool in missing)
    outcome = "the tests under CI need it" if under_ci() else "the tests that need it will be skipped"
    print(
        f"Missing: {', '.join(missing)} (on Debian: apt-get install {packages}; "
        f"a Chromium elsewhere: set {CHROMIUM_VARIABLE}); {outcome}.",
        file=sys.stderr,
    )
    return 1 if under_ci() else 0


if __name__ == "__main__":
    raise SystemExit(main())
