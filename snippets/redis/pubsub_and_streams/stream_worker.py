"""A worker for a Redis stream: each entry is handled at least once, or parked.

Guarantees: an entry stays pending until `handle` has returned for it, or until
it was delivered more than `tries` times and is in the dead stream, once. Any
number of workers may run, and each may be killed, frozen or cut off anywhere.

Does not guarantee: order, or one call for each entry. After a crash, a freeze
or a lost answer, and when a call takes longer than `idle_ms`, `handle` is called
again for the same entry, perhaps while the first call is still running. A
delivery counts even if its answer was lost and the work never began.

Needs: Redis 7.0 or newer, one server, Sentinel or Cluster. The server must keep
what it has: `appendonly yes`, `noeviction`, and a MAXLEN above the backlog.

The caller brings: a client whose `socket_timeout` is longer than a second; a
consumer name that no other worker has; a `handle` that recognizes an entry's id
when it comes again, and that ends by itself well within `idle_ms`.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

import redis

log = logging.getLogger(__name__)
BLOCK = 1000  # milliseconds: how soon a worker that waits notices `stop`

# Acknowledged and parked in one step: never neither, and never parked twice.
PARK = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
local about = {'MAXLEN', '~', 10000, '*', 'entry', ARGV[2], unpack(ARGV, 3)}
redis.call('XADD', KEYS[2], unpack(about))
return 1
"""
# Deleting a consumer with pending entries would lose them.
LEAVE = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
"""


class StreamWorker:
    def __init__(
        self,
        client: redis.Redis,
        stream: str,
        group: str,
        consumer: str,
        handle: Callable[[str, dict[str, str]], None],
        *,
        idle_ms: int = 60_000,
        tries: int = 3,
    ) -> None:
        self.client, self.stream, self.group = client, stream, group
        self.consumer, self.handle = consumer, handle
        self.idle_ms, self.tries = idle_ms, tries
        # The braces put it into the slot of the stream, which a Cluster asks for.
        self.dead = f"{{{stream}}}:dead" if "{" not in stream else f"{stream}:dead"
        self._scanned = "0-0"  # how far the search for abandoned entries has come
        self._park = client.register_script(PARK)
        self._leave = client.register_script(LEAVE)

    def run(self, stop: threading.Event, *, until_done: bool = False) -> None:
        """Work until `stop` is set; with `until_done`, until nothing is left.

        Raises ResponseError at the start if `stream` is not a stream.
        """
        started = False
        while not stop.is_set():
            try:
                if not started:
                    self._make_group()
                    started = True
                busy = self._take_over()
                block = None if busy else min(BLOCK, self.idle_ms)
                busy = self._take_new(block) or busy
                if until_done and not busy and not self._pending():
                    break
            except redis.exceptions.ConnectionError as error:
                log.warning("Redis is down, trying again: %s", error)
                stop.wait(1)
            except redis.exceptions.TimeoutError as error:
                log.warning("Redis is silent, trying again: %s", error)
                stop.wait(1)
            except redis.exceptions.ResponseError as error:
                if not started:
                    raise
                # Full, read-only, or the stream was deleted: NOGROUP.
                log.error("Redis refuses, trying again: %s", error)
                started = not str(error).startswith("NOGROUP")
                stop.wait(1)
        try:
            self._leave(keys=[self.stream], args=[self.group, self.consumer])
        except redis.exceptions.RedisError as error:
            log.warning("the name %s stays in the group: %s", self.consumer, error)

    def _make_group(self) -> None:
        try:
            self.client.xgroup_create(self.stream, self.group, id="0", mkstream=True)
        except redis.exceptions.ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):  # another worker made it
                raise

    def _take_new(self, block: int | None) -> bool:
        # One at a time: entries that wait in a batch grow old and are claimed.
        news: Any = self.client.xreadgroup(
            self.group, self.consumer, {self.stream: ">"}, count=1, block=block
        )
        for _, entries in news or []:
            for entry, fields in entries:
                self._do(entry, fields)
        return bool(news)

    def _take_over(self) -> bool:
        """Claim one entry that was abandoned; park it if it has failed too often."""
        found: Any = self.client.xautoclaim(
            self.stream, self.group, self.consumer, self.idle_ms, self._scanned, count=1
        )
        self._scanned, entries, deleted = found
        if deleted:
            log.error("trimmed before they were done: %s", ", ".join(deleted))
        for entry, fields in entries:
            pending: Any = self.client.xpending_range(
                self.stream, self.group, entry, entry, 1
            )
            if not pending:
                continue  # another worker has finished it meanwhile
            if pending[0]["times_delivered"] <= self.tries:
                self._do(entry, fields)
                continue
            flat = [part for pair in fields.items() for part in pair]
            if self._park(
                keys=[self.stream, self.dead], args=[self.group, entry, *flat]
            ):
                log.error("parked in %s: %s", self.dead, entry)
        return bool(entries) or self._scanned != "0-0"

    def _do(self, entry: str, fields: dict[str, str]) -> None:
        try:
            self.handle(entry, fields)
        except Exception:
            log.exception("entry %s failed", entry)  # stays pending, comes again
        else:
            self.client.xack(self.stream, self.group, entry)  # only now is it done

    def _pending(self) -> int:
        summary: Any = self.client.xpending(self.stream, self.group)
        return int(summary["pending"])
