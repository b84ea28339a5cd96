import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import sentry_sdk

# Frameworks are of no interest here; without them `init` takes a quarter of the time.
sentry_sdk.init(auto_enabling_integrations=False, shutdown_timeout=20)


def pay() -> None:
    raise ValueError("card declined")


def nobody_catches_it() -> None:
    pay()


def caught_and_handed_over() -> None:
    try:
        pay()
    except ValueError as error:
        sentry_sdk.capture_exception(error)


def thread() -> None:
    threading.Thread(target=pay).start()


def pool_that_is_asked() -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(pay).result()


def asyncio_task_that_nobody_awaits() -> None:
    async def pay_later() -> None:
        pay()

    async def main() -> None:
        task = asyncio.create_task(pay_later())
        await asyncio.wait([task])

    asyncio.run(main())


def group_of_errors() -> None:
    raise ExceptionGroup("two orders", [ValueError("1001"), KeyError("1002")])


def log_line_of_level_error() -> None:
    logging.error("card declined")


def flush_before_the_hard_exit() -> None:
    try:
        pay()
    except ValueError as error:
        sentry_sdk.capture_exception(error)
        sentry_sdk.flush(timeout=5)
        os._exit(1)


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)  # what the terminal sends


def caught() -> None:
    try:
        pay()
    except ValueError:
        print("Please try another card.")


def pool_that_nobody_asks() -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(pay)


def child_process() -> None:
    child = multiprocessing.get_context("fork").Process(target=pay)
    child.start()
    child.join()


def sys_exit() -> None:
    try:
        pay()
    except ValueError as error:
        sys.exit(f"cannot go on: {error}")


def hard_exit_on_the_way_out() -> None:
    try:
        pay()
    finally:
        os._exit(1)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does when memory runs out


def crash_in_c_code() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)  # as a bug in an extension module does


if __name__ == "__main__":
    globals()[sys.argv[1]]()
