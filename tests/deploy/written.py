"""What stands in deploy/: each command line that it runs, each file, and each variable that it sets."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROGRAM = "/opt/emberwatch/bin/emberwatch"


def compose() -> dict[str, Any]:
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml that run our image."""
    return {
        name: service for name, service in compose()["services"].items() if service["image"].startswith("emberwatch")
    }


def manifests() -> list[dict[str, Any]]:
    """Everything in kubernetes/ but the list of it."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [one for file in files for one in yaml.safe_load_all(file.read_text(encoding="utf-8")) if one]


def pods() -> list[tuple[str, dict[str, Any]]]:
    """The pods of all workloads, by name."""
    return [
        (one["metadata"]["name"], one["spec"]["template"]["spec"])
        for one in manifests()
        if "template" in one.get("spec", {})
    ]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of a pod, also those that run before the others."""
    return [*pod.get("initContainers", []), *pod["containers"]]


def units() -> list[Path]:
    return sorted((DEPLOY / "systemd").glob("*.service"))


def lines(unit: Path, key: str) -> list[str]:
    """The values of a key of a unit, in order."""
    found = [line.partition("=") for line in unit.read_text(encoding="utf-8").splitlines() if line[:1] not in "#;["]
    return [value.strip() for name, _, value in found if name == key]


def environment_of(file: Path) -> dict[str, str]:
    """The variables of a file for EnvironmentFile=."""
    text = file.read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def instruction(name: str) -> str:
    """The last instruction of that name in the Dockerfile, which is the one that counts."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: str = re.findall(rf"^{name} (.*)$", text, re.M)[-1]
    return found.strip()


def _of_systemd(unit: Path) -> Iterator[tuple[str, list[str]]]:
    for line in lines(unit, "ExecStart"):
        roles = sorted((DEPLOY / "systemd").glob("worker-*.env")) if "${QUEUES}" in line else [None]
        for role in roles:
            filled = line.replace("${QUEUES}", environment_of(role)["QUEUES"]) if role else line
            program, *words = shlex.split(filled)
            assert program == PROGRAM
            yield (f"{unit.name} {role.stem}" if role else unit.name), words


def commands() -> list[tuple[str, list[str]]]:
    """The words after `emberwatch` of everything that is run somewhere, with where that is."""
    found = [("Dockerfile", yaml.safe_load(instruction("CMD")))]
    found += [(f"compose {name}", service["command"]) for name, service in ours().items()]
    found += [(f"kubernetes {name}", one["args"]) for name, pod in pods() for one in containers(pod)]
    for unit in units():
        found += _of_systemd(unit)
    return found
