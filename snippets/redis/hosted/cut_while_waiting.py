import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

operator = redis.Redis(decode_responses=True)


def cut_then_send(job: str) -> None:
    """Cut the waiting connection, as a firewall does, and then send a job."""
    deadline = time.monotonic() + 10
    waiting = 0
    while not waiting and time.monotonic() < deadline:
        time.sleep(0.01)
        waiting = operator.info("clients")["blocked_clients"]
    operator.client_kill_filter(_type="normal", skipme=True)
    operator.rpush("jobs", job)


def wait_for_job(client: redis.Redis, job: str) -> str:
    firewall = threading.Thread(target=cut_then_send, args=(job,))
    firewall.start()
    try:
        return str(client.blpop(["jobs"], timeout=20))
    except redis.exceptions.ConnectionError as error:
        return str(error)
    finally:
        firewall.join()
        client.close()


url = "redis://localhost:6379/0"
options = {"decode_responses": True, "socket_timeout": 25}

without_retry = redis.Redis.from_url(url, **options)
print(wait_for_job(without_retry, "job-1"))
#> Connection closed by server.
operator.delete("jobs")

with_retry = redis.Redis.from_url(url, **options, retry=Retry(NoBackoff(), 3))
print(wait_for_job(with_retry, "job-2"))
#> ('jobs', 'job-2')
operator.close()
