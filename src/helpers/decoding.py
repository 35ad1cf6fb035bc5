"""Text as others have saved it: in whichever of the encodings that Chinese office software writes."""

from __future__ import annotations

MARKS = (b"\xff\xfe", b"\xfe\xff")
"""What UTF-16 begins with."""


def decoded(data: bytes) -> str | None:
    """Decode a text by its byte order mark, else as UTF-8, else as GB18030; ``None`` where it is no text."""
    encodings = ("utf-16",) if data.startswith(MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None
