"""Run a Python program, and kill or freeze it when it reaches one line for the n-th time.

    python tracer.py PLAN program.py ARGUMENT...
    python tracer.py PLAN -m package ARGUMENT...

PLAN is JSON: `file` (the traced source file), `fault` ("record", "kill" or "freeze"), `line` and `hit` (both from 1),
and `record` (the file that receives the number of each line that runs). A tracer in the program's own process makes
the point exact: the fault happens before the line is executed, whatever else the machine is doing.

This file imports nothing of the harness: it runs in the reader's folder with the reader's packages.
"""

import json
import os
import runpy
import signal
import sys
import threading
from collections import Counter
from types import FrameType
from typing import Any

SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}


def trace(plan: dict[str, Any]) -> None:
    """Trace every line of `plan["file"]` in every thread from here on."""
    target = os.path.realpath(plan["file"])
    hits: Counter[int] = Counter()
    record = os.open(plan["record"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    known: dict[str, bool] = {}

    def is_target(name: str) -> bool:
        if name not in known:
            known[name] = os.path.realpath(name) == target
        return known[name]

    def on_line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            line = frame.f_lineno
            hits[line] += 1
            if plan["fault"] == "record":
                os.write(record, b"%d\n" % line)  # unbuffered: a program that is killed has recorded what it did
            elif line == plan["line"] and hits[line] == plan["hit"]:
                os.kill(os.getpid(), SIGNALS[plan["fault"]])
        return on_line

    def on_call(frame: FrameType, event: str, _: object) -> Any:
        return on_line if is_target(frame.f_code.co_filename) else None

    threading.settrace(on_call)
    sys.settrace(on_call)


def main() -> None:
    plan, words = json.loads(sys.argv[1]), sys.argv[2:]
    if words[0] == "-m":
        sys.argv = words[1:]
        sys.path[0] = os.getcwd()
        trace(plan)
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
        trace(plan)
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
