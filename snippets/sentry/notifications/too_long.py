import os

import channels
import requests

os.environ["SLACK_WEBHOOK_URL"] = "http://localhost:8080/slack"
title = "ValueError: cannot parse " + 5000 * "x"

head = {"type": "header", "text": {"type": "plain_text", "text": title}}
message = {"text": title, "blocks": [head]}
try:
    channels.post(os.environ["SLACK_WEBHOOK_URL"], message)
except requests.HTTPError as error:
    print(error.response.status_code, error.response.json()["refused"])

channels.slack({"title": title, "reason": "NEW", "url": "http://localhost:9000/"})
print("cut to the limits: taken")
