"""Commands as people type them, run in this process."""

from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.cli import main


class Typed(NamedTuple):
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str


class Terminal:
    """Types commands of one installation."""

    def __init__(self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._config, self._monkeypatch, self._capsys = config, monkeypatch, capsys

    def type(self, command: str, *words: object) -> Typed:
        self._capsys.readouterr()
        typed = ["emberwatch", command, "--config", str(self._config), *map(str, words)]
        self._monkeypatch.setattr("sys.argv", typed)
        with pytest.raises(SystemExit) as end:
            main()
        said = self._capsys.readouterr()
        return Typed(_code(end.value.code), said.out, said.err)


def _code(code: str | int | None) -> int:
    return code if isinstance(code, int) else 0
