import os
import re
import sys

import requests

BUGSINK = os.environ.get("BUGSINK_URL", "http://localhost:9000")
USER = os.environ.get("BUGSINK_USER", "admin@example.org")
browser = requests.Session()


def submit(path: str, **fields: str) -> None:
    """Fill in a form as a person would."""
    page = browser.get(f"{BUGSINK}{path}", timeout=10)
    page.raise_for_status()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    headers = {"Referer": page.url}
    fields["csrfmiddlewaretoken"] = token
    answer = browser.post(page.url, fields, headers=headers, timeout=10)
    answer.raise_for_status()
    if answer.url == page.url:
        sys.exit(f"{path} refused this: look at the form in a browser")


kind, url = sys.argv[1:]
submit("/accounts/login/", username=USER, password=os.environ["BUGSINK_PASSWORD"])
submit(
    "/projects/1/alerts/service/add/",
    kind=kind,
    display_name="on call",
    webhook_url=url,
)
print("alerts of project 1 go to", kind)
