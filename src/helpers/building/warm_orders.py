"""What is said over the sockets of the warm process: an order for a kernel there, its pid and its status back.

An order is a length, three file descriptors (the kernel's standard streams) and JSON. The connection stays open as long
as both want the kernel: when the client goes, the kernel is killed; when the warm process goes, the client sees it.

To its keeper the warm process says that it has made a kernel, and that another one is to take over.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "NIANBAO_WARM"
"""Names the warm process's folder to whoever wants a kernel."""

SOCKET, LOG = "socket", "log"
SERVED, RELIEVE = b"s", b"r"
CODE = Path(__file__).parents[1]
LENGTH = struct.Struct("!Q")
LARGEST = 16 * 1024 * 1024
STREAMS = 3


@dataclass(frozen=True, slots=True)
class Order:
    """A kernel as it is wanted: the words after ``python -m ipykernel_launcher``, and where it runs."""

    command: tuple[str, ...]
    arguments: tuple[str, ...]
    folder: str
    environment: dict[str, str]

    def to_json(self) -> bytes:
        """Return the order as text; names and values that are not UTF-8 survive."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Order:
        """Read what :meth:`to_json` wrote."""
        found = json.loads(text)
        return cls(tuple(found["command"]), tuple(found["arguments"]), found["folder"], found["environment"])


def send_head(connection: socket.socket, body: bytes, streams: list[int]) -> None:
    """Send what goes before the body: its length and the standard streams."""
    socket.send_fds(connection, [LENGTH.pack(len(body))], streams)


def receive_order(connection: socket.socket) -> tuple[Order, list[int]]:
    """Receive an order and the standard streams, which the caller closes.

    Raises
    ------
    OSError
        The client went away, or is not one of ours.
    """
    head, streams, _, _ = socket.recv_fds(connection, LENGTH.size, STREAMS)
    try:
        return Order.from_json(_receive(connection, _length(head, len(streams)))), streams
    except BaseException:
        for stream in streams:
            os.close(stream)
        raise


def _length(head: bytes, streams: int) -> int:
    length = int(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size and streams == STREAMS else LARGEST + 1
    if length > LARGEST:
        raise ConnectionError("not an order for a kernel")
    return length


def _receive(connection: socket.socket, length: int) -> bytes:
    body = bytearray()
    while len(body) < length:
        part = connection.recv(min(length - len(body), 1 << 16))
        if not part:
            raise ConnectionError("the client went away")
        body += part
    return bytes(body)


def answer(connection: socket.socket, **words: int | str) -> None:
    """Say one thing to the client: ``pid``, ``status`` or ``error``."""
    connection.sendall(json.dumps(words).encode() + b"\n")


def code_stamp() -> str:
    """Return what changes when any file of the helpers does."""
    from hashlib import blake2b  # noqa: PLC0415 - not before there is something to do

    stamps: list[str] = []
    for folder, names, files in os.walk(CODE):
        names[:] = sorted(name for name in names if name != "__pycache__")
        for path in (os.path.join(folder, name) for name in sorted(files)):  # noqa: PTH118 - fast, for each kernel
            with suppress(FileNotFoundError):  # an editor's passing file
                found = os.stat(path)  # noqa: PTH116
                stamps.append(f"{path} {found.st_mtime_ns} {found.st_size}")
    return blake2b("\n".join(stamps).encode(), digest_size=16).hexdigest()
