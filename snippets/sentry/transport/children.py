from multiprocessing import get_context

import sentry_sdk


def resize(name: str, flush: bool) -> None:
    for number in range(5):
        sentry_sdk.capture_message(f"{name}: photo {number} is broken")
    if flush:
        sentry_sdk.flush(timeout=30)


if __name__ == "__main__":
    sentry_sdk.init()
    processes = get_context("fork")
    for name, flush in (("careless", False), ("careful", True)):
        child = processes.Process(target=resize, args=(name, flush))
        child.start()
        child.join()
        print(name, "child ended with status", child.exitcode)
