"""What the tests of the machinery share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import Tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    return Tiny(tmp_path / "tiny")
