"""What we install is what was looked at: each package at one version and by its hashes, wherever it comes from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[A-Za-z0-9.!+_-]+( ; .+)?")


def pieces(lock: Path) -> list[list[str]]:
    """Each requirement with what belongs to it."""
    lines = [
        line
        for line in lock.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return [re.split(r"\s*\\\s*", piece.strip()) for piece in "\n".join(lines).replace("\\\n", "\\ ").split("\n")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_of_one_version_and_has_its_hashes(lock: Path):
    for requirement, *rest in pieces(lock):
        assert PINNED.fullmatch(requirement), requirement
        assert rest, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in rest), requirement


def test_what_is_declared_is_pinned():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    wanted = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace("_", "-") for one in told}
    pinned = {piece[0].partition("==")[0].partition("[")[0].lower() for piece in pieces(ROOT / "requirements.lock")}
    assert wanted - pinned == set()


@pytest.mark.parametrize("target", ["requirements.lock", "requirements-dev.lock", "requirements-servers.lock"])
def test_packages_are_installed_by_their_hashes(target: str):
    installs = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if f"-r {target}" in line]
    assert any("--require-hashes" in line for line in installs)
