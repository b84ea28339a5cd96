"""Starts coverage.py in a reader's program when the first file of the reader's folder is executed.

Started with the interpreter, coverage would trace all that the program imports before: half of the time that a `celery`
command takes. Every Python of this environment imports a copy of this file when VARIABLE is set, so it imports next to
nothing, the package that it is from included.
"""

import os
import signal
import sys
import time

VARIABLE = "GUIDE_MEASURE"  # the folder, ":", and the configuration file for coverage


def install() -> None:
    """See to it that every Python of this environment, which is the one of the test run, begins with this module."""
    import sysconfig
    from pathlib import Path

    name = "guide_measure"
    line = f"import os; os.getenv({VARIABLE!r}) and __import__({name!r})\n"
    for ending, text in ((".py", Path(__file__).read_text(encoding="utf-8")), (".pth", line)):
        file = Path(sysconfig.get_path("purelib")) / f"{name}{ending}"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            new = file.with_suffix(f".{os.getpid()}")  # several test processes do this at the same time
            new.write_text(text, encoding="utf-8")
            new.replace(file)


def _begin(folder: str, configuration: str) -> None:
    started = False

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal started
        if started or event != "exec" or not arguments[0].co_filename.startswith(folder):  # type: ignore[attr-defined]
            return
        started = True
        os.environ["COVERAGE_PROCESS_START"] = configuration
        import coverage.collector

        # It notes for debugging where it was started, and reads sources of all that is on the stack: half of its start.
        coverage.collector.short_stack = str  # type: ignore
        coverage.process_startup()
        _pause_for_imports(folder)
        del os.environ["COVERAGE_PROCESS_START"]  # what this program starts begins here, too

    def terminated(*_: object) -> None:
        """Save what ran. Coverage's own `sigterm` would come after the handlers of the program and replace them."""
        if started:
            from coverage import Coverage

            if measured := Coverage.current():
                measured.stop()
                measured.save()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGTERM, terminated)
    sys.addaudithook(audit)


def _pause_for_imports(folder: str) -> None:
    """What a program imports from elsewhere is not traced: it would take twice as long. Nor is it searched for garbage,
    of which an import makes none: a quarter of the time that `sentry_sdk.init` takes.

    Only while it has one thread: two that change what is traced at the same time get a RuntimeError from Python.
    """
    import gc
    import threading
    from importlib._bootstrap_external import _LoaderBasics  # type: ignore[attr-defined]

    execute = _LoaderBasics.exec_module

    def exec_module(self: object, module: object) -> object:
        tracer = sys.gettrace()
        if tracer is None or threading.active_count() > 1 or getattr(self, "path", "").startswith(folder):
            return execute(self, module)
        sys.settrace(None)
        collects = gc.isenabled()
        gc.disable()
        try:
            return execute(self, module)
        finally:
            if collects:
                gc.enable()
            while sys.gettrace() is None:
                try:
                    sys.settrace(tracer)
                except RuntimeError:  # a thread that the module has started gets its tracer
                    time.sleep(0.001)

    # Tracebacks leave the frames of the import system out, and so this one.
    exec_module.__code__ = exec_module.__code__.replace(co_filename=execute.__code__.co_filename)
    _LoaderBasics.exec_module = exec_module


if VARIABLE in os.environ:
    _begin(*os.environ[VARIABLE].split(":"))
