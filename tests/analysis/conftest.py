"""Fixtures of the analysis tests."""

from pathlib import Path

import pytest

from tests.analysis.tiny_model import write_tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The folder of a tiny real ONNX classifier."""
    return write_tiny(tmp_path / "tiny")
