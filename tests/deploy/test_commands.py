"""What deploy/ runs, sets and mounts is there: every command, every key of the config, every variable, every path."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from monitor.cli import app
from monitor.config import Settings, load_settings
from monitor.jobs import JOBS
from tests.deploy.written import (
    DEPLOY,
    ROOT,
    commands,
    compose,
    containers,
    environment_of,
    instruction,
    manifests,
    ours,
    pods,
    units,
)
from tests.deploy.written import lines as lines_of

COMMANDS = commands()
SECRETS = {
    "SLACK_URL": "https://hooks.slack.com/services/T0/B0/x",
    "OIDC_CLIENT_SECRET": "c" * 32,
    "COOKIE_SECRET": "d" * 64,
}


@pytest.mark.parametrize("words", [words for _, words in COMMANDS], ids=[where for where, _ in COMMANDS])
def test_every_command_is_one_of_ours_with_options_that_it_has(words: list[str]):
    command = get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    assert command.make_context(words[0], words[1:]).args == []


@pytest.mark.parametrize("where", ["compose", "kubernetes", "emberwatch-worker"])
def test_the_workers_together_take_every_job_and_none_twice(where: str):
    queues = [
        words[words.index("--queues") + 1] for place, words in COMMANDS if place.startswith(where) and "worker" in words
    ]
    assert sorted(",".join(queues).split(",")) == sorted(JOBS)


@pytest.fixture
def filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that the examples name."""
    for name, value in {**environment_of(DEPLOY / "env.example"), **SECRETS, "DATABASE_PASSWORD": "pa55"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("filled_in")
def test_the_config_is_valid_with_what_the_examples_say():
    settings = load_settings(DEPLOY / "config.yaml")
    assert settings.database.url == "postgresql+psycopg://emberwatch:pa55@db:5432/emberwatch"
    assert (settings.metrics.enabled, settings.metrics.port) == (True, 8503)


def test_every_variable_of_the_config_is_set_by_compose_and_by_kubernetes():
    text = (DEPLOY / "config.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{([A-Z_]+)\}|\{env: ([A-Z_]+)\}", re.sub(r"^\s*#.*$", "", text, flags=re.M)))
    names = {one or other for one, other in needed}
    by_compose = {name.removesuffix("_FILE") for service in ours().values() for name in service["environment"]}
    by_kubernetes = {name for one in manifests() for name in {**one.get("data", {}), **one.get("stringData", {})}}
    assert names - by_compose == names - by_kubernetes == set()


def test_files_of_reports_are_written_where_they_stay_and_forgetting_finds_them(monkeypatch: pytest.MonkeyPatch):
    data = next(one["data"] for one in manifests() if one["kind"] == "ConfigMap")
    monkeypatch.setenv("EMBERWATCH_REPORT__FILES", data["EMBERWATCH_REPORT__FILES"])
    assert load_settings(ROOT / "config.yaml").report.files == ()


def test_kubernetes_has_the_same_config():
    found = [one["data"]["config.yaml"] for one in manifests() if one["kind"] == "ConfigMap"]
    assert found == [(DEPLOY / "config.yaml").read_text(encoding="utf-8")]


def _set() -> set[str]:
    """All variables of ours that deploy/ sets anywhere."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file())
    return set(re.findall(r"\bEMBERWATCH_[A-Z_]+", text))


@pytest.mark.parametrize("name", sorted(_set() - {"EMBERWATCH_CONFIG"}))
def test_every_variable_of_ours_is_a_key_of_the_config(name: str):
    section, _, key = name.removeprefix("EMBERWATCH_").lower().partition("__")
    assert key in Settings.model_fields[section].annotation.model_fields  # type: ignore[union-attr]


def test_every_file_that_compose_mounts_is_there_and_every_secret_is_declared():
    asked = compose()
    for name, service in asked["services"].items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in asked["volumes"], (
                f"{name}: {mount}"
            )
        assert set(service.get("secrets", [])) <= set(asked["secrets"])


def test_every_secret_that_is_read_from_a_file_is_mounted():
    for service in ours().values():
        files = {value for name, value in service["environment"].items() if name.endswith("_FILE")}
        assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}


def test_every_variable_of_compose_is_in_the_example():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z_]+)[:}]", text)) == set(environment_of(DEPLOY / "env.example"))


@pytest.mark.parametrize("path", ["deploy/.env", "deploy/secrets/", "secret.yaml", "my.yaml"])
def test_what_the_manual_lets_people_make_in_the_project_is_not_committed(path: str):
    assert f"/{path}" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert path.rstrip("/").removeprefix("deploy/") in (ROOT / "docs/deployment.md").read_text(encoding="utf-8")


def test_the_image_has_what_the_package_is_made_of():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M) for word in line.split()[:-1]}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} - {
        "tests",
        "training",
        "benchmarks",
    } <= copied


def test_the_image_asks_the_port_that_it_serves():
    port = str(Settings.model_fields["metrics"].default.port)
    assert f"127.0.0.1:{port}/healthz" in instruction("HEALTHCHECK")
    assert port in instruction("EXPOSE").split()


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_every_unit_is_described_in_the_operators_manual(unit: Path):
    assert lines_of(unit, "Description")
    assert unit.name.replace("@.service", "@") in (ROOT / "docs/deployment.md").read_text(encoding="utf-8")


def test_every_claim_of_kubernetes_is_made():
    for name, pod in pods():
        volumes = {volume["name"] for volume in pod["volumes"]}
        for container in containers(pod):
            assert {mount["name"] for mount in container["volumeMounts"]} == volumes, name
