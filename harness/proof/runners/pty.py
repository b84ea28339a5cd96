"""A pseudo-terminal for sessions, drained while no test looks at it."""

from __future__ import annotations

import os
import queue
import select
import threading
import time
from collections.abc import Callable
from typing import Any

import pexpect

from harness.process import default_signals


class Pty(pexpect.spawn):
    """A pseudo-terminal that is read all the time: a program never waits because no test looks at what it prints.

    The kernel holds a few kilobytes for a terminal, then the program's `write` blocks.
    """

    def __init__(self, command: str, args: list[str], **options: Any) -> None:
        self._parts: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # b"": the terminal has ended
        self.seen: Callable[[float, str], None] | None = None  # gets what is read, with the time of its arrival
        self._arrivals: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._wake, self._closing = os.pipe()
        super().__init__(command, args, preexec_fn=default_signals, **options)
        self._reader = threading.Thread(target=self._drain, args=[self.child_fd], daemon=True)
        self._reader.start()

    def _drain(self, terminal: int) -> None:
        ready = select.poll()  # not select(): a run may have more than 1024 files open
        ready.register(terminal, select.POLLIN)
        ready.register(self._wake, select.POLLIN)
        part = b"."
        while part and not any(number == self._wake for number, _ in ready.poll()):
            try:
                part = os.read(terminal, 65536)
            except OSError:  # Linux says EIO when the last program has closed the terminal
                part = b""
            self._arrivals.put(time.monotonic())
            self._parts.put(part)

    def read_nonblocking(self, size: int = 1, timeout: float | None = -1) -> str:
        if self.flag_eof:
            raise pexpect.EOF("the terminal has ended")
        try:
            part = self._parts.get(timeout=self.timeout if timeout == -1 else timeout)
        except queue.Empty:
            raise pexpect.TIMEOUT("nothing was printed") from None
        arrived = self._arrivals.get()
        self.flag_eof: bool = not part
        if self.flag_eof:
            raise pexpect.EOF("the terminal has ended")
        text = str(self._decoder.decode(part))
        if self.seen:
            self.seen(arrived, text)
        return text

    def close(self, force: bool = True) -> None:
        if self._closing >= 0:
            os.close(self._closing)
            self._closing = -1
            self._reader.join()
            os.close(self._wake)
        super().close(force)
