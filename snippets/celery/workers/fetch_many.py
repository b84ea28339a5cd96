import time

from fetch import fetch, render

URL = "http://127.0.0.1:8000/"  # answers after a second

begun = time.monotonic()
jobs = [fetch.delay(URL) for _ in range(20)]
print("answers:", len([job.get(timeout=60) for job in jobs]))
print("in less than 10 seconds:", time.monotonic() - begun < 10)

first, second = render.delay(0.5), render.delay(0.5)
(begun, ended), (begun_2, ended_2) = first.get(timeout=60), second.get(timeout=60)
print("computing overlaps:", begun_2 < ended and begun < ended_2)

render.apply_async([2], time_limit=1)
begun = time.monotonic()
fetch.delay(URL).get(timeout=60)
print("a quick one waited for it for 2 seconds:", time.monotonic() - begun > 1.9)
