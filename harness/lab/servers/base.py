"""One real server process that a test can start, stop, kill, freeze and restart on the same data.

What is signalled is the server's own process, found by its pid and checked by its name: killing a wrapper and leaving
the server alive would let every failure drill pass.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from harness import HarnessError
from harness.process import alive, descendants, wait_until


class ServerError(HarnessError):
    """A server did not do what it was told; the message holds the command and the end of its log."""


class FaultUnavailable(HarnessError):
    """This fault cannot be made with servers that we did not start; fixtures turn it into a skip with this reason."""


def listening(port: int, timeout: float = 1) -> bool:
    """True when something accepts connections on a TCP port of 127.0.0.1."""
    with socket.socket() as s:
        s.settimeout(timeout)
        return s.connect_ex(("127.0.0.1", port)) == 0


def healthy(url: str) -> bool:
    """True when this address answers with status 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status) == 200
    except OSError:
        return False


class Server:
    """Owns one process, its folder and its log file. Subclasses say how it is called and when it is ready.

    The folder (`data` inside it, unless given) survives stop, kill and restart, and is removed by `close`.
    """

    name = "server"
    process_name = ""  # as in /proc/PID/comm
    start_timeout = 20.0  # seconds
    stop_timeout = 15.0

    def __init__(self, port: int, *, data: Path | None = None) -> None:
        self.port = port
        self._folder = Path(tempfile.mkdtemp(prefix=f"guide-{self.name.lower()}-"))
        self.data = Path(data) if data else self._folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.log = self._folder / "server.log"
        self.log.touch()
        self._process: subprocess.Popen[bytes] | None = None
        self._frozen = False

    # --- what subclasses define ---

    def command(self) -> Sequence[str | Path]:
        """The command line that becomes the server."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Variables the server needs on top of those of this process."""
        return {}

    def ready(self) -> bool:
        """True once the server does its work; called again and again while starting."""
        return listening(self.port)

    @property
    def version(self) -> str:
        """As the running server reports it, for instance "8.0.6"."""
        raise NotImplementedError

    @property
    def release(self) -> tuple[int, int]:
        """Major and minor version, to compare with: (8, 0)."""
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)

    def reset(self) -> None:
        """Make the server as new for the next test, by deleting what it holds."""
        raise NotImplementedError

    def _prepare(self) -> None:
        """Called before each start."""

    def _started(self) -> None:
        """Called once the server is ready."""

    def _ended(self) -> None:
        """Called when the server is gone, for whatever reason that we know of."""

    # --- life ---

    def start(self, timeout: float | None = None) -> Self:
        """Start and wait until ready. Raises ServerError, within `timeout` seconds, with the end of the log."""
        if self.running:
            return self
        if listening(self.port):
            raise ServerError(
                f"port {self.port}, which {self.name} needs, is taken by another program, which was left alone: "
                f"stop it (`ss -ltnp 'sport = :{self.port}'` names it), or test with `python -m harness test`, "
                "which has ports of its own"
            )
        self._prepare()
        words = [str(word) for word in self.command()]
        with self.log.open("ab") as log:
            log.write(f"$ {' '.join(words)}\n".encode())
            log.flush()
            try:
                self._process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.environment()},
                    cwd=self.data,
                    start_new_session=True,  # a terminal's Ctrl-C is for the test run, not for its servers
                )
            except OSError as error:
                self._ended()
                raise ServerError(f"cannot run {words[0]}: {error.strerror}") from None
        self._frozen = False
        self._await_ready(words, self.start_timeout if timeout is None else timeout)
        self._started()
        return self

    def _await_ready(self, words: Sequence[str], timeout: float) -> None:
        assert self._process is not None
        deadline = time.monotonic() + timeout
        while True:
            if (status := self._process.poll()) is not None:
                self._process = None
                self._ended()
                raise ServerError(self._story(f"ended with status {status} instead of starting", words))
            if self.ready():
                break
            if time.monotonic() > deadline:
                self.kill()
                raise ServerError(self._story(f"was not ready within {timeout:g} s", words))
            time.sleep(0.02)
        comm = Path(f"/proc/{self.pid}/comm").read_text().strip()
        if self.process_name and comm != self.process_name:
            self.kill()
            raise ServerError(f"process {comm!r} was started where {self.process_name!r} was expected")

    def stop(self, timeout: float | None = None) -> None:
        """Ask the server to end (SIGTERM); kill it when it has not within `timeout` seconds."""
        if self._process is None:
            return
        if self._frozen:
            self.thaw()
        children = descendants(self._process.pid)
        self._process.terminate()
        try:
            self._process.wait(self.stop_timeout if timeout is None else timeout)
        except subprocess.TimeoutExpired:
            self.kill()
        else:
            self._process = None
            self._end_rest(children)

    def kill(self) -> None:
        """SIGKILL the server and its children, and wait until they are gone. Raises ServerError when they are not."""
        if self._process is None:
            return
        process, children = self._process, descendants(self._process.pid)
        process.kill()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            raise ServerError(f"{self.name} (pid {process.pid}) survived SIGKILL for 10 s") from None
        self._process, self._frozen = None, False
        self._end_rest(children)
        if alive(process.pid):
            raise ServerError(f"{self.name} (pid {process.pid}) is still there after SIGKILL")

    def _end_rest(self, children: Sequence[int]) -> None:
        """End processes that the server started; they have no business of their own once it is gone."""
        self._ended()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        wait_until(lambda: not any(map(alive, children)), 10, f"the children of {self.name} to end")

    def freeze(self) -> None:
        """SIGSTOP: the server keeps its connections and answers nothing. Returns when every thread has stopped."""
        self._signal_all(signal.SIGSTOP)
        self._frozen = True
        wait_until(lambda: self._thread_states() == {"T"}, 10, f"{self.name} to freeze")

    def thaw(self) -> None:
        """SIGCONT: undo `freeze`."""
        self._signal_all(signal.SIGCONT)
        self._frozen = False
        wait_until(lambda: "T" not in self._thread_states(), 10, f"{self.name} to thaw")

    def restart(self) -> None:
        """Stop and start again on the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End the server and remove its folder. Data that goes with the folder is not worth a graceful stop."""
        try:
            if self.data.is_relative_to(self._folder):
                self.kill()
            else:
                self.stop()
        finally:
            self._remove_folder()

    def _remove_folder(self) -> None:
        def gone() -> bool:
            shutil.rmtree(self._folder, ignore_errors=True)
            return not self._folder.exists()

        # A dying helper of the server may still write into it while it is being removed.
        wait_until(gone, 5, f"the folder of {self.name} to be removed")

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in (self.pid, *descendants(self.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _thread_states(self) -> set[str]:
        found = set()
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found.add((task / "stat").read_text().rpartition(")")[2].split()[0])
        return found

    # --- what it is ---

    @property
    def running(self) -> bool:
        """True while the process exists, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def frozen(self) -> bool:
        """True between `freeze` and `thaw`."""
        return self.running and self._frozen

    @property
    def pid(self) -> int:
        """Of the server's own process. Raises ServerError when it is not running."""
        if not self.running:
            raise ServerError(f"{self.name} is not running, so it has no pid")
        assert self._process is not None
        return self._process.pid

    @property
    def pids(self) -> list[int]:
        """Of the server and of what runs only for it, for whoever has to end it from another process."""
        return [self.pid]

    @property
    def folder(self) -> Path:
        """Where log, settings and (unless given) data are; `close` removes it."""
        return self._folder

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of the log; none when the server was closed already and its folder is gone."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _story(self, what: str, words: Sequence[str]) -> str:
        return f"{self.name} {what}; command: {' '.join(words)}; the end of its log:\n{self.log_tail(20)}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{self.name} on port {self.port}, {f'pid {self.pid}' if self.running else 'not running'}>"
