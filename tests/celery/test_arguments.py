"""What docs/celery/arguments.md promises."""

PAGE = "celery/arguments"


def test_models_are_checked_by_the_worker_and_old_messages_fit(terminal, shop):
    worker = shop.start("celery", "-A", "tasks", "worker", "-c", "1", "--loglevel=INFO", "--without-mingle")
    worker.wait_for("ready", timeout=60)
    terminal(f"{PAGE}/send.console")
    assert "Input should be a valid integer" in worker.output()
    text = "from tasks import *\nprint(confirm.delay(Order(number=1, email='Eve')).get(timeout=10))"
    assert shop.run("python", "-c", text) == "{'text': 'order 1 for Eve'}\n", "kombu sends the model as a dictionary"
    assert worker.stop() == 0
