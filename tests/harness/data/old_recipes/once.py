import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import redis

# Replace (or delete) the claim only if it is still ours. Sent a second time,
# because the first answer got lost, the script finds its own answer there.
FINISH = """
local seen = redis.call('GET', KEYS[1])
if seen ~= ARGV[1] then return seen == ARGV[2] and 1 or 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class InProgress(Exception):
    """Another request with this key is still at work: try again later."""


class ClaimLost(Exception):
    """The work took longer than the claim; another request may do it too."""


def once(
    client: redis.Redis,
    key: str,
    work: Callable[[], Any],
    *,
    claim: float = 30,
    keep: int = 86_400,
    wait: float = 2,
) -> Any:
    """Do `work` for the first request with `key`; give the others its answer."""
    name, ours = f"once:{key}", f"in_progress {uuid.uuid4()}"
    finish = client.register_script(FINISH)
    deadline = time.monotonic() + wait
    # One command looks and claims. Our own text comes back if the client had to
    # send the command twice: then the claim is ours as well.
    options = {"nx": True, "get": True, "px": int(claim * 1000)}
    while (seen := client.set(name, ours, **options)) not in (None, ours):
        if seen.startswith("done "):
            return json.loads(seen.removeprefix("done "))
        if time.monotonic() > deadline:
            raise InProgress(key)
        time.sleep(0.02)
    try:
        answer = work()
    except Exception:
        finish(keys=[name], args=[ours, "", 0])  # let the next request try
        raise
    if not finish(keys=[name], args=[ours, f"done {json.dumps(answer)}", keep]):
        raise ClaimLost(key)
    return answer
