"""What Typst remembers is bounded where many chapters are set. The text is invented."""

from __future__ import annotations

import subprocess
import sys

import pytest

SET_AND_FORGET = """
from helpers.building import typesetting

text = "".join(f"= 第{number}节\\n" + "临江市在校生有所增加。" * 40 + "\\n\\n" for number in range(400))
style = '#set document(title: "年报")\\n#set text(font: "Noto Sans CJK SC", lang: "zh")\\n'
typesetting.to_pdf(style + text, {}, 2020)
print(typesetting._resident())
typesetting.ROOM = 0
typesetting.make_room()
print(typesetting._resident())
print(len(typesetting.to_pdf(style + text, {}, 2020)) > 0)
"""
MEGABYTE = 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked up in /proc")
def test_a_process_that_has_grown_large_forgets_what_it_has_set():
    """It sets the same again as if for the first time."""
    command = [sys.executable, "-c", SET_AND_FORGET]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.split()
    grown, forgotten = map(int, told[:2])

    assert forgotten < grown - 20 * MEGABYTE
    assert told[2] == "True"
