import sys

from tasks import notify

alert = {
    "title": "KeyError: 'salt' <checkout> @everyone",
    "reason": "NEW",
    "url": "http://localhost:9000/issues/issue/1/",
}
for _ in range(2):  # the webhook is delivered twice
    notify.delay(sys.argv[1], alert)
