import time

from signup import relay


def test_signup_is_done_in_the_end(web, amina, postbox, worker):
    assert relay.relay() == 1
    deadline = time.monotonic() + 60
    while (status := web.get(f"/signups/{amina}").json())["state"] != "done":
        assert time.monotonic() < deadline, status
        time.sleep(0.1)
    assert status["notified"] == ["crm", "team"]
    assert [message["To"] for message in postbox.messages] == ["amina@example.com"]
