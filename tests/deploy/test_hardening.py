"""Nothing in deploy/ may do more than it must: no root, no writing but to its own data, no rights, limits on all."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from yaml import safe_load

from tests.conftest import need
from tests.deploy.written import DEPLOY, PROGRAM, compose, containers, instruction, lines, manifests, ours, pods, units

KUBERNETES = "1.34"
SERVICES = compose()["services"]


def test_hadolint_has_nothing_to_say():
    hadolint = Path(sys.executable).with_name("hadolint")
    need(hadolint.exists(), "hadolint")
    told = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert told.stdout + told.stderr == ""


def test_the_image_runs_as_somebody_without_rights():
    assert instruction("USER") == "10001:10001"
    assert safe_load(instruction("ENTRYPOINT")) == ["emberwatch"]


def test_the_image_installs_by_hash_and_keeps_no_installer():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    final = text.rpartition("FROM ${BASE}")[2]
    assert "--require-hashes -r requirements.lock" in text
    assert "pip uninstall" in final
    assert "pip install" not in final


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_closed_in(name: str):
    service: dict[str, Any] = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert {"cpus", "memory", "pids"} == set(service["deploy"]["resources"]["limits"])
    assert ":" in service["image"]
    assert not service["image"].endswith(":latest")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_ports_are_open_to_this_machine_alone(name: str):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(ours()))
def test_all_but_the_upgrade_wait_for_it_and_say_how_they_are(name: str):
    service = ours()[name]
    if name == "upgrade":
        assert service["depends_on"] == {"db": {"condition": "service_healthy"}}
        return
    assert service["depends_on"]["upgrade"] == {"condition": "service_completed_successfully"}
    assert service["healthcheck"]["test"][0] == "CMD"


def test_the_database_reaches_nothing():
    assert SERVICES["db"]["networks"] == ["inside"]
    assert compose()["networks"]["inside"]["internal"]
    assert "ports" not in SERVICES["db"]


@pytest.mark.parametrize(
    "manifest", manifests(), ids=lambda one: f"{one['kind']} {one.get('metadata', {}).get('name', '')}"
)
def test_every_manifest_is_one_that_kubernetes_knows(manifest: dict[str, Any]):
    if manifest["kind"] == "Kustomization":  # not of the cluster's
        assert all((DEPLOY / "kubernetes" / name).exists() for name in manifest["resources"])
        return
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


@pytest.mark.parametrize(("name", "pod"), pods(), ids=[name for name, _ in pods()])
def test_every_pod_keeps_to_what_is_called_restricted(name: str, pod: dict[str, Any]):
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in containers(pod):
        own = container["securityContext"]
        assert (own["allowPrivilegeEscalation"], own["readOnlyRootFilesystem"]) == (False, True)
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]


def test_a_database_that_is_down_restarts_nobody():
    for name, pod in pods():
        for container in pod["containers"]:
            path = container.get("livenessProbe", {"httpGet": {"path": "/livez"}})["httpGet"]["path"]
            assert path not in ("/readyz", "/healthz"), name


def test_no_probe_cuts_a_migration_short():
    """A worker that is ended before it answers migrates nothing: it brings the schema up before any probe asks it."""
    workers = {name: pod for name, pod in pods() if pod["containers"][0]["args"][0] == "worker"}
    assert sorted(workers) == ["collect", "read"]
    assert [[one["args"] for one in pod["initContainers"]] for pod in workers.values()] == [[["upgrade"]]] * 2


HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "User": "emberwatch",
}


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_every_unit_is_closed_in(unit: Path):
    assert {key: lines(unit, key) for key in HARDENED} == {key: [value] for key, value in HARDENED.items()}
    assert lines(unit, "StateDirectory")


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_a_service_that_dies_is_started_again_and_one_with_a_wrong_config_is_not(unit: Path):
    if unit.name == "emberwatch-backup.service":  # its timer starts it again
        assert not lines(unit, "Restart")
        return
    assert (lines(unit, "Restart"), lines(unit, "RestartPreventExitStatus")) == (["on-failure"], ["2"])


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_no_unit_is_ended_or_kept_from_starting_by_another(unit: Path):
    assert not any(lines(unit, key) for key in ("Requires", "Requisite", "BindsTo", "PartOf"))


def test_what_needs_the_schema_starts_the_upgrade_and_comes_after_it():
    for name in ("emberwatch-worker@.service", "emberwatch-reception.service"):
        unit = DEPLOY / "systemd" / name
        assert all("emberwatch-upgrade.service" in lines(unit, key)[0].split() for key in ("Wants", "After"))


def test_a_command_by_hand_runs_as_the_services_do(tmp_path: Path):
    """With another program in the place of systemd-run, which says what it was asked for."""
    (tmp_path / "systemd-run").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "systemd-run").chmod(0o755)
    command = ["/bin/sh", DEPLOY / "systemd/by-hand.sh", "forget", "Jane Doe"]
    told = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    *options, program, first, second = told.stdout.splitlines()
    assert (program, first, second) == (PROGRAM, "forget", "Jane Doe")
    unit = DEPLOY / "systemd/emberwatch.service"
    (user,), (umask,), (folder,) = (lines(unit, key) for key in ("User", "UMask", "WorkingDirectory"))
    named = {f"--uid={user}", f"--gid={user}", f"--property=UMask={umask}", f"--working-directory={folder}"}
    given = {f"--property=EnvironmentFile={file}" for file in lines(unit, "EnvironmentFile")}
    assert named | given | {f"--setenv={lines(unit, 'Environment')[0]}"} <= set(options)


def test_systemd_takes_every_unit(tmp_path: Path):
    """With another program in the place of ours, which is not installed here."""
    need(shutil.which("systemd-analyze"), "systemd")
    for path in (DEPLOY / "systemd").iterdir():
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(PROGRAM, "/usr/bin/true"))
    names = [path.name for path in sorted(tmp_path.iterdir()) if path.suffix in (".service", ".timer")]
    asked = ["systemd-analyze", "verify", "--recursive-errors=no", *(f"./{name}" for name in names)]
    told = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert told.stdout + told.stderr == ""
