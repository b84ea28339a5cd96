import sys

from tasks import notify

alert = {
    "title": "KeyError: 'salt' <checkout> @everyone",
    "reason": "NEW",
    "url": "http://localhost:9000/issues/issue/1/",
}
key, times = sys.argv[1], int(sys.argv[2])
for _ in range(times):
    notify.delay(key, alert)
