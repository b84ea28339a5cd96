import time

import redis

WAIT = 0.05  # seconds that take() waits for a job
IDLE = 5000  # milliseconds until a job may be taken from a worker


class PubSub:
    kind = "news"

    def __init__(self, worker: str, jobs: str = "jobs", team: str = "team") -> None:
        self.redis = redis.Redis(host="localhost", port=6379, decode_responses=True)
        self.worker, self.jobs, self.team = worker, f"{jobs}-{self.kind}", team
        self.inbox = self.redis.pubsub()

    def send(self, text: str) -> None:
        self.redis.publish(self.jobs, text)

    def listen(self) -> None:
        self.inbox.subscribe(self.jobs)
        self.inbox.get_message(timeout=5)  # the answer to the subscription

    def take(self) -> tuple[str, str] | None:
        message = self.inbox.get_message(timeout=WAIT)
        return ("no receipt", message["data"]) if message else None

    def work(self, seconds: float) -> None:
        time.sleep(seconds)

    def done(self, receipt: str) -> None:
        pass  # nobody wants to know

    def close(self) -> None:
        self.inbox.close()
        self.redis.close()


class List(PubSub):
    kind = "list"

    def send(self, text: str) -> None:
        self.redis.rpush(self.jobs, text)

    def listen(self) -> None:
        pass

    def take(self) -> tuple[str, str] | None:
        # Not LPOP: the job stays in a list of what this worker has in hand.
        text = self.redis.blmove(self.jobs, f"{self.jobs}:{self.worker}", WAIT)
        return (text, text) if text else None

    def done(self, receipt: str) -> None:
        self.redis.lrem(f"{self.jobs}:{self.worker}", 1, receipt)


class Stream(PubSub):
    kind = "stream"

    def send(self, text: str) -> None:
        self.redis.xadd(self.jobs, {"text": text})

    def listen(self) -> None:
        try:
            self.redis.xgroup_create(self.jobs, self.team, id="0", mkstream=True)
        except redis.exceptions.ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):  # the group is there already
                raise

    def take(self) -> tuple[str, str] | None:
        who = (self.team, self.worker)
        _, found, _ = self.redis.xautoclaim(self.jobs, *who, IDLE, count=1)
        if not found:
            wait = int(WAIT * 1000)
            news = self.redis.xreadgroup(*who, {self.jobs: ">"}, count=1, block=wait)
            found = news[0][1] if news else []
        return (found[0][0], found[0][1]["text"]) if found else None

    def done(self, receipt: str) -> None:
        self.redis.xack(self.jobs, self.team, receipt)
