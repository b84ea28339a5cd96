import time
import urllib.request

from images import app


@app.task
def fetch(url: str) -> int:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status


@app.task
def render(seconds: float) -> tuple[float, float]:
    begun = time.time()
    while time.time() < begun + seconds:  # computes, and never waits
        pass
    return begun, time.time()
