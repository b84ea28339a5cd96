"""The machinery behind the site: it starts real servers, executes every block, and keeps the proof.

`ROOT` is the project folder; every path the harness handles is inside it or inside the run's own folder.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class HarnessError(Exception):
    """Something the person at the keyboard can mend. The message is one line: what, where, what to do."""
