"""A TCP proxy on localhost that makes the network misbehave: slow, silent, cut, refused.

with TCPProxy(6390, 6379) as network:
    client = redis.Redis(port=6390, socket_timeout=1)
    network.hang()      # requests get no answer
    network.heal()
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, Self

from harness import HarnessError

_CHUNK = 65536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, 0 s


class TCPProxy:
    """Forwards 127.0.0.1:`listen_port` (0: any free one, see `port`) to `target_port`, in a thread of its own.

    `to_server`, `to_client`: bytes forwarded so far. Every method may be called from any thread and returns when the
    fault is in force.
    """

    def __init__(self, listen_port: int, target_port: int) -> None:
        self.port, self._target_port = listen_port, target_port
        self.to_server = self.to_client = 0
        self._delay = 0.0
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{listen_port}", daemon=True)

    # --- life ---

    def start(self) -> Self:
        """Listen. Raises HarnessError when the port is taken."""
        self._thread.start()
        try:
            self._call(self._listen())
        except BaseException:
            self._end_loop()
            raise
        return self

    def close(self) -> None:
        """Stop listening, drop all connections and end the thread."""
        if self._thread.is_alive():
            self._call(self._shut_down())
            self._end_loop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- faults ---

    def delay(self, seconds: float) -> None:
        """Hold everything back for `seconds`, in each direction: a round trip takes twice that."""
        self._call(self._set(delay=seconds))

    def hang(self) -> None:
        """Keep connections, accept new ones, forward nothing: what a lost route looks like."""
        self._call(self._set(flowing=False))

    def cut(self) -> None:
        """Reset (RST) all present connections; new ones are accepted."""
        self._call(self._reset_all())

    def refuse(self) -> None:
        """Reset present connections and refuse new ones until `heal`."""
        self._call(self._refuse())

    def heal(self) -> None:
        """Undo delay, hang and refuse. What a hang held back is forwarded now."""
        self._call(self._set(delay=0.0, flowing=True))
        self._call(self._listen())

    @property
    def connections(self) -> int:
        """Open client connections at this moment."""
        return len(self._writers) // 2

    # --- in the loop's thread ---

    async def _listen(self) -> None:
        if self._server is not None:
            return
        try:
            self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port, reuse_address=True)
        except OSError as error:
            raise HarnessError(
                f"the proxy cannot listen on port {self.port}: {error.strerror}; choose another"
            ) from None
        self.port = self._server.sockets[0].getsockname()[1]

    async def _connect(self, from_client: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            from_server, server = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:  # the server is down: let the client see it
            self._reset(client)
            return
        self._writers |= {client, server}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(from_client, server, "to_server"))
                both.create_task(self._pump(from_server, client, "to_client"))
        except* OSError:
            pass
        except* asyncio.CancelledError:  # by `close`; Python 3.11 would report it as an error
            pass
        finally:
            self._writers -= {client, server}
            for end in (client, server):
                end.close()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, counter: str) -> None:
        """Forward one direction until its end of file, which is forwarded too."""
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

        async def read() -> None:
            data = b"first"
            while data:
                try:
                    data = await source.read(_CHUNK)
                except OSError:  # a reset travels no faster than what came before it
                    await self._flowing.wait()
                    raise
                # Reading goes on while earlier data waits: a delay adds latency, it does not limit throughput.
                await held.put((self._loop.time() + self._delay, data))

        async def write() -> None:
            while True:
                due, data = await held.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._flowing.wait()
                if not data:
                    if target.can_write_eof():
                        target.write_eof()
                    return
                # Counted first: whoever has the answer must find it in the count.
                setattr(self, counter, getattr(self, counter) + len(data))
                target.write(data)
                await target.drain()

        async with asyncio.TaskGroup() as both:
            both.create_task(read())
            both.create_task(write())

    async def _set(self, delay: float | None = None, flowing: bool | None = None) -> None:
        if delay is not None:
            self._delay = delay
        if flowing is not None:
            self._flowing.set() if flowing else self._flowing.clear()

    async def _reset_all(self) -> None:
        for writer in list(self._writers):
            self._reset(writer)

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset_all()

    async def _shut_down(self) -> None:
        await self._refuse()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @staticmethod
    def _reset(writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        writer.transport.abort()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
