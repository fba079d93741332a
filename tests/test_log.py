"""What stands in the log: one JSON object per line, with the traceback of an error and without its values."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from monitor.log import get_logger, set_up


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_error_is_logged_with_its_traceback_and_no_values(capsys: pytest.CaptureFixture[str]):
    set_up(json=True)
    secret = "a text of somebody"
    try:
        raise RuntimeError(len(secret))
    except RuntimeError as error:
        get_logger("test").error("job failed", job="analyse", exc_info=error)
    told = json.loads(capsys.readouterr().err)
    assert told["exception"].endswith("RuntimeError: 18")
    assert secret not in json.dumps(told)
